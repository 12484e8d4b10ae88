/**
 * What the passwords that everybody tries first are made of, in lower case and without the digits and signs that people
 * put around them: the rules look for these at the heart of a password ({@link passwordProblems}).
 */
export const commonPasswords: ReadonlySet<string> = new Set(
  `
  password passwort passwords passw passwd pass motdepasse contrasena contraseña wachtwoord parola senha heslo haslo parole kennwort
  passphrase mypassword yourpassword thepassword newpassword oldpassword nopassword passme letmein letmeinnow letmeinplease
  welcome welcomeback welcomehome bienvenue bonjour bonsoir bonjourlemonde willkommen bienvenido benvenuto hello hellohello
  helloworld hallo hallowelt helloworldhello goodmorning goodbye changeme changemenow changeit changethis pleasechange
  changepassword default defaultpassword secret secretpassword topsecret mysecret secretsecret azerty azertyuiop azertyazerty
  qwerty qwertyuiop qwertyqwerty qwertz qwertzuiop qazwsx qazwsxedc qazwsxedcrfv zaqxsw zxcvbn zxcvbnm asdfgh asdfghjkl
  asdfasdf qweasd qweasdzxc qweqwe asdasd zxczxc abcdef abcdefgh abcabc abcxyz wasdwasd aqwzsx poiuytrewq mnbvcxz lkjhgfdsa
  admin administrator administrateur administrador adminadmin root rootroot toor superuser sysadmin sysop operator
  guest guestguest user useruser username test testtest tester testing testuser testpassword demo demodemo temp temporary
  temppassword temppass tempo example sample login loginlogin logmein master masterkey masterpassword access accessgranted
  iloveyou iloveyouforever iloveu ilovemyself iloveme ilovejesus iloveyousomuch iloveyoutoo iloveyoubaby jetaime jetaimefort
  teamo teamomucho tiamo ichliebedich loveyou lovelove loveme lovers forever foreverlove loveforever mylove mylovemylove
  sunshine sunflower sunshinegirl moonlight starlight starlights rainbow rainbows butterfly butterflies dolphin dolphins
  princess princesse princesa prinzessin prince queen kingkong angel angels angelito babygirl babyboy sweetheart sweetie
  darling honey honeybee chocolate chocolat cheesecake strawberry banana bananas cookie cookies cupcake coffee cheese
  dragon dragons dragonball dragonballz monkey monkeys monkeyman donkey tigger tigers panther panthers leopard lion lions
  elephant turtle turtles rabbit penguin penguins scorpion spider spiderman superman batman wolverine ironman captainamerica
  starwars startrek skywalker lukeskywalker darthvader matrix terminator gandalf frodo hobbit middleearth harrypotter
  hogwarts dumbledore hermione voldemort pokemon pikachu naruto sasuke minecraft fortnite roblox counterstrike callofduty
  worldofwarcraft warcraft starcraft playstation nintendo gameboy xbox zelda supermario mario luigi sonic metallica nirvana
  slipknot ironmaiden blinkblink greenday linkinpark eminem rammstein beatles thebeatles acdcacdc pinkfloyd ledzeppelin
  football fussball futbol soccer baseball basketball volleyball hockey tennis cricket rugby handball swimming liverpool
  liverpoolfc manchester manchesterunited manutd chelsea chelseafc arsenal arsenalfc barcelona fcbarcelona realmadrid juventus
  acmilan bayern bayernmunich borussia dortmund olympique marseille parissaintgermain paris parisparis lakers cowboys yankees
  redsox steelers packers eagles rangers celtic michael michelle michaeljordan jordan jennifer jessica jonathan joshua
  jeremy justin brandon matthew andrew anthony nicholas nicolas nathalie nathan natasha alexander alexandre alexandra
  alexandria daniel danielle david dominique thomas charles charlie charlotte caroline catherine christian christine
  christophe christopher stephanie stephane sebastian sebastien benjamin elisabeth elizabeth emmanuel francois frederic
  gabriel gregory guillaume isabelle jerome julien laurent margaret maria marie marine martin maxime melanie melissa
  mohammed nicole olivier patricia patrick pauline philippe robert samantha samuel sandrine sophie steven theresa valentin
  valerie vanessa veronique victoria vincent virginie william doudou loulou chouchou coucou coucoucoucou nounours cheval
  soleil soleilsoleil etoile papillon chocolats fromage baguette camembert vivelafrance liberte liberteegalite
  computer ordinateur internet windows microsoft macintosh apple google facebook instagram youtube linux ubuntu debian
  raspberry android samsung nokia iphone blackberry oracle cisco server serveur network database postgres mysql mongodb
  redis docker kubernetes jenkins gitlab github openstack opennebula cloudstack cloud cloudcloud stratuslab stratus vagrant
  vmware virtualbox
  summer summertime winter wintertime spring springtime autumn october november december september january february
  monday tuesday wednesday thursday friday saturday sunday lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier
  juillet septembre octobre novembre decembre printemps automne hiver sommer herbst
  freedom whatever nothing nothingnothing anything everything something blabla blablabla blahblah blahblahblah fuckyou
  fuckyouall fuckme fuckoff asshole bullshit motherfucker pussycat sexysexy hotstuff lovely beautiful handsome money
  moneymoney dollar millionaire business company enterprise trustno trustnoone trustme ninja ninjas samurai killer hunter
  shadow phantom mystery magic magical wizard merlin excalibur thunder lightning hurricane firebird phoenix mustang corvette
  ferrari porsche mercedes toyota honda harley harleydavidson yamaha kawasaki suzuki corsair blackhawk topgun maverick
  jesus jesuschrist jesusislord christ heaven bless blessed godisgood ingodwetrust allah bismillah inshallah mother father
  mommy daddy mamapapa maman papa mamanpapa family famille familia brother sister friends friendship bestfriend bestfriends
  correcthorsebatterystaple correcthorse horsebatterystaple openses opensesame sesameouvretoi abracadabra hakunamatata
  supercalifragilisticexpialidocious tobeornottobe maytheforcebewithyou winteriscoming hastalavista thequickbrownfox
  loremipsum loremipsumdolor onetwothree onetwothreefour untroisquatre undeuxtrois undeuxtroisquatre einszweidrei
  `
    .trim()
    .split(/\s+/),
);
