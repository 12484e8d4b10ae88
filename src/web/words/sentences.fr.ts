/** What the cloud says, by the form of its English sentences (see {@link sentenceBook}): `{name}` is taken over as it is. */
export const frenchSentences: Readonly<Record<string, string>> = {
  ...aboutEveryKind(),

  // Instances: what they wait for, and what comes next
  'its disk and network are being prepared': 'son disque et son réseau sont en préparation',
  'it starts': 'elle démarre',
  'it is being powered on': 'elle est mise sous tension',
  'the guest boots': 'le système invité démarre',
  'it is being removed from its host': 'en cours de suppression sur son hôte',
  'its disk and its address are freed': 'son disque et son adresse sont libérés',
  'its processors are being resumed': 'ses processeurs reprennent',
  'it runs': 'elle tourne',
  'the guest is powering itself off': 'le système invité s’éteint de lui-même',
  'its restart policy decides whether it starts again': 'sa règle de redémarrage décide si elle repart',
  'its address and its name are being made known on its network': 'son adresse et son nom sont annoncés sur son réseau',
  'it can be reached by them': 'on peut la joindre par eux',
  'its saved memory is of an earlier boot': 'sa mémoire enregistrée est celle d’un démarrage antérieur',
  'it boots': 'elle démarre',
  'it stopped by itself ({because}) {count} times': 'elle s’est arrêtée d’elle-même ({because}) {count} fois',
  'it is started again': 'elle est redémarrée',
  'its host starts as many at once as its processors bear; it is next':
    'son hôte en démarre autant à la fois que ses processeurs le supportent ; elle est la suivante',
  'its host starts as many at once as its processors bear; {count} before it':
    'son hôte en démarre autant à la fois que ses processeurs le supportent ; {count} avant elle',
  'it starts when those before it are up': 'elle démarre quand les précédentes sont prêtes',
  'its processors are being paused': 'ses processeurs sont mis en pause',
  'it is paused': 'elle est en pause',
  'it never ran, so there is nothing to save': 'elle n’a jamais tourné, il n’y a donc rien à enregistrer',
  'start or delete it': 'démarrez-la ou supprimez-la',
  'its memory is being saved to disk': 'sa mémoire est enregistrée sur le disque',
  'it is suspended': 'elle est suspendue',
  'its saved memory is being dropped': 'sa mémoire enregistrée est abandonnée',
  'it is stopped': 'elle est arrêtée',
  'its power is being cut': 'son alimentation est coupée',
  'its power is cut': 'son alimentation est coupée',
  'its power is cut and it starts again': 'son alimentation est coupée et elle redémarre',
  'it starts again': 'elle redémarre',
  'instance {name} did not power off within {seconds} s; its power was cut':
    'l’instance {name} ne s’est pas éteinte en {seconds} s ; son alimentation a été coupée',
  'the guest was asked to power off': 'il a été demandé au système invité de s’éteindre',
  'image {image} ({size}) is being copied to its host': 'l’image {image} ({size}) est en cours de copie vers son hôte',
  'image {image} ({size}) is being copied to its host: {percent} %': 'l’image {image} ({size}) est en cours de copie vers son hôte : {percent} %',
  'the guest or its hypervisor process ended without being asked to':
    'le système invité ou son processus d’hyperviseur s’est terminé sans que cela ait été demandé',
  'it has just been asked for': 'elle vient d’être demandée',
  'its host begins': 'son hôte commence',
  'its host gave no whole answer': 'son hôte n’a pas répondu en entier',
  'its host does not answer': 'son hôte ne répond pas',
  'its host {host} does not answer since {since}': 'son hôte {host} ne répond plus depuis {since}',

  'The history of instance {name}': 'l’historique de l’instance {name}',
  'The log of instance {name}': 'le journal de l’instance {name}',
  'The answer of the host': 'la réponse de l’hôte',
  'What this needs': 'ce qu’il faut pour cela',
  'The history of host {name}': 'l’historique de l’hôte {name}',

  // Images
  '{count} instances were made from it': '{count} instances en sont issues',
  'it goes when they are deleted': 'elle disparaît quand elles sont supprimées',
  'its content is being removed': 'son contenu est en cours de suppression',
  'its name is free again': 'son nom est de nouveau libre',
  'its content is being brought in': 'son contenu est en cours d’importation',
  'instances can be made from it': 'on peut en lancer des instances',
  'correct the cause, then: stratus image retry {name}; or give it up: stratus image delete {other}':
    'corrigez la cause, puis réessayez ; ou renoncez et supprimez-la',

  // Hosts and networks
  'host {name} joined the cloud': 'l’hôte {name} a rejoint le nuage',
  'bridge, packet rules, DHCP and DNS are being set up': 'pont, règles de paquets, DHCP et DNS sont en cours d’installation',
  'guests can use it': 'les invités peuvent l’utiliser',
  'it is gone': 'il n’y en a plus trace',

  // What drivers refuse, a clause at a time
  'correct the cause; it is tried again every few minutes': 'corrigez la cause ; un nouvel essai a lieu toutes les quelques minutes',
  'it is tried again, at growing intervals': 'nouvel essai, à intervalles croissants',
  'downloading {what}': 'téléchargement de {what}',
  'Downloading {what}': 'téléchargement de {what}',
  'bringing an image in': 'importation d’une image',
  'Importing {what}': 'importation de {what}',
  'Importing the image': 'importation de l’image',
  'Checking the image': 'vérification de l’image',
  'Converting the image': 'conversion de l’image',
  'Unpacking the image': 'décompression de l’image',
  'copying the image {image} to this host': 'copie de l’image {image} vers cet hôte',
  'copying image {image}': 'copie de l’image {image}',
  'taking the image {image} from the store on this machine': 'reprise de l’image {image} du dépôt de cette machine',
  'copy image {image}': 'copie de l’image {image}',
  'keep image {image}': 'conservation de l’image {image}',
  'look for an image': 'recherche d’une image',
  'list the images': 'liste des images',
  'evict an image': 'retrait d’une image',
  'making the disk of {instance}': 'création du disque de {instance}',
  'make the disk of {instance}': 'création du disque de {instance}',
  'making the first-boot disk of {instance}': 'création du disque de premier démarrage de {instance}',
  'make the first-boot disk of {instance}': 'création du disque de premier démarrage de {instance}',
  'make the swap disk of {instance}': 'création du disque d’échange de {instance}',
  'reading the disk of {instance}': 'lecture du disque de {instance}',
  'look at the disk of {instance}': 'examen du disque de {instance}',
  'removing the disks of {instance}': 'suppression des disques de {instance}',
  'remove the disks of {instance}': 'suppression des disques de {instance}',
  'list the disks': 'liste des disques',
  'measure the disk space': 'mesure de la place sur le disque',
  'list the domains': 'liste des machines',
  'define {instance}': 'définition de {instance}',
  'start {instance}': 'démarrage de {instance}',
  'starting {instance}': 'démarrage de {instance}',
  'pause {instance}': 'mise en pause de {instance}',
  'resume {instance}': 'reprise de {instance}',
  'save {instance}': 'enregistrement de {instance}',
  'shut down {instance}': 'extinction de {instance}',
  'cut the power of {instance}': 'coupure de l’alimentation de {instance}',
  'remove network {network}': 'suppression du réseau {network}',
  'set up network {network}': 'installation du réseau {network}',
  'look at network {network}': 'examen du réseau {network}',
  'list the networks': 'liste des réseaux',
  'list the leases of {network}': 'liste des baux de {network}',
  'take back a lease of {network}': 'reprise d’un bail de {network}',
  'lease {address} to {instance}': 'bail de {address} pour {instance}',
  'remove {instance}': 'suppression de {instance}',
  'look at {instance}': 'examen de {instance}',
  busy: 'occupé',
  'no answer within {seconds} s': 'pas de réponse en {seconds} s',
  'setting up network {network}': 'installation du réseau {network}',
  'the connection was lost': 'la connexion a été perdue',
  'the connection was lost.': 'la connexion a été perdue.',
  'broken off': 'interrompu',
  'it is not a regular file.': 'ce n’est pas un fichier ordinaire.',
  'the path must be absolute.': 'le chemin doit être absolu.',
  'the file is larger than the limit of {limit}.': 'le fichier dépasse la limite de {limit}.',
  'the file changed while it was copied.': 'le fichier a changé pendant la copie.',
  'the content does not match its digest': 'le contenu ne correspond pas à son empreinte',
  'the control plane does not answer ({why})': 'le plan de contrôle ne répond pas ({why})',
  '{what} is not an image': '{what} n’est pas une image',
  '{instance} is not running, so it has no {what}': '{instance} ne tourne pas et n’a donc pas de {what}',
  'network {network} is not set up on this host yet': 'le réseau {network} n’est pas encore installé sur cet hôte',
  'the image {image} is not on this host yet': 'l’image {image} n’est pas encore sur cet hôte',
  'it is not defined on this host': 'elle n’est pas définie sur cet hôte',
  '{instance} is not defined on this host': '{instance} n’est pas définie sur cet hôte',
  '{instance} is still running and cannot be removed': '{instance} tourne encore et ne peut pas être supprimée',
  'there is not enough room': 'il n’y a pas assez de place',
  'the call did not come back': 'l’appel n’est pas revenu',

  // Why no host takes an instance
  'the cloud has no host yet': 'le nuage n’a pas encore d’hôte',
  '{host} has {free} MiB of memory free, {needed} needed': '{host} a {free} Mio de mémoire libre, il en faut {needed}',
  '{host} has {free} vCPUs free, {needed} needed': '{host} a {free} processeurs virtuels libres, il en faut {needed}',
  '{host} has too little disk free': '{host} n’a pas assez de disque libre',
  'and {count} more': 'et {count} autres',

  // Why something is refused
  'requests that name no project go there': 'les requêtes qui ne nomment pas de projet y aboutissent',
  'Create a project of the other name.': 'Créez un projet de cet autre nom.',
  'Give it a label instead.': 'Donnez-lui plutôt une étiquette.',
  'its agent and its token go by it': 'son agent et son jeton s’y réfèrent',
  'the cloud looks for its network by it, and would make another': 'le nuage cherche son réseau par ce nom et en créerait un autre',
  'disks only grow, and this one has {size}': 'les disques ne font que grandir, et celui-ci a {size}',
  'Ask for more, or launch a new instance.': 'Demandez davantage, ou lancez une nouvelle instance.',
  'Choose a larger type: `stratus instance-type list`.': 'Choisissez un type plus grand.',
  'one of them is needed: a new type, or a larger disk': 'il faut l’un des deux : un nouveau type ou un disque plus grand',
  'everyone: it is the default project': 'tout le monde : c’est le projet par défaut',
  '{count} instance': '{count} instance',
  '{count} instances': '{count} instances',
  'people log in with it, and records of what was done carry it': 'on se connecte avec lui, et les traces de ce qui a été fait le portent',
  'you are in none yet': 'vous n’êtes encore dans aucun',
  'exactly one of them is needed': 'il en faut exactement un',
  'Take in a group instead.': 'Faites plutôt entrer un groupe.',
  'Make a second group.': 'Créez un second groupe.',
  'Share it with a group or a project instead.': 'Partagez-la plutôt avec un groupe ou un projet.',
  'members of project {name}': 'membres du projet {name}',
  'members of group {name}': 'membres du groupe {name}',
  'this account is gone or blocked': 'ce compte n’existe plus ou est bloqué',

  // What each role may do
  'Sees what the project has.': 'Voit ce que possède le projet.',
  'Starts, stops and opens consoles of what there is.': 'Démarre, arrête et ouvre les consoles de ce qui existe.',
  'Creates, changes and deletes resources.': 'Crée, modifie et supprime des ressources.',
  'Decides who is in the project, and shares with everyone.': 'Décide qui fait partie du projet, et partage avec tout le monde.',
  'Has the projects that he or she is in.': 'A les projets dont il ou elle fait partie.',
  'Sees everything in the cloud, changes nothing.': 'Voit tout dans le nuage, n’y change rien.',
  'May do everything.': 'Peut tout faire.',
  'The name': 'le nom',
  'The disk': 'le disque',
  'there is no recipe {name}; there are {names}': 'il n’y a pas de recette {name} ; il y a {names}',
  'it looks like an id': 'cela ressemble à un identifiant',
  'there is no valid session or token': 'il n’y a pas de session ni de jeton valable',
  'name or password is wrong': 'le nom d’utilisateur ou le mot de passe est incorrect',
  'the user name or the password is wrong': 'le nom d’utilisateur ou le mot de passe est faux',
  'it is a private key; keep that to yourself': 'c’est une clé privée ; gardez-la pour vous',
  'it has more than one line or control characters': 'elle a plus d’une ligne ou des caractères de commande',
  'its second part is not base64; was it cut short?': 'sa deuxième partie n’est pas du base64 ; a-t-elle été coupée ?',
  'its second part does not match its type; was it cut short?': 'sa deuxième partie ne correspond pas à son type ; a-t-elle été coupée ?',
  'it is too short': 'elle est trop courte',
  'it begins with «{text}», not with a key type such as ssh-ed25519': 'elle commence par « {text} », et non par un type de clé comme ssh-ed25519',
  'RSA keys need {bits} bits at least; make a new one with ssh-keygen -t ed25519':
    'une clé RSA doit avoir au moins {bits} bits ; créez-en une nouvelle avec ssh-keygen -t ed25519',

  // User-data
  'it is not UTF-8': 'elles ne sont pas en UTF-8',
  'Save it as UTF-8, or encode what is binary in it as base64.': 'Enregistrez-les en UTF-8, ou codez en base64 ce qui y est binaire.',
  'it is given twice, as text and as base64': 'elles sont données deux fois, en texte et en base64',
  'Send userData or userDataBase64, not both.': 'Envoyez userData ou userDataBase64, pas les deux.',
  'it is not base64': 'ce n’est pas du base64',
  'it has {size}, and {limit} is the limit': 'elles font {size}, et la limite est {limit}',
  'Let it fetch the rest from somewhere, or gzip it.': 'Faites-leur chercher le reste ailleurs, ou compressez-les avec gzip.',
  'its cloud-config is not YAML': 'leur cloud-config n’est pas du YAML',
  'its cloud-config is not a mapping of keys to values': 'leur cloud-config n’associe pas des clés à des valeurs',
  'Write lines such as `packages: [htop]` below `#cloud-config`.': 'Écrivez des lignes comme `packages: [htop]` sous `#cloud-config`.',
  'it is called a script, but does not begin with `#!`': 'elles s’annoncent comme un script, mais ne commencent pas par `#!`',
  'Write `#!/bin/sh`, say.': 'Écrivez par exemple `#!/bin/sh`.',

  // Leases
  'the lease of instance {name} ends at {at}': 'le bail de l’instance {name} se termine le {at}',
  'the lease of instance {name} is over: it is stopped now, and deleted at {at}':
    'le bail de l’instance {name} est terminé : elle est arrêtée maintenant, et supprimée le {at}',
  'the lease of instance {name} was over at {at}: it is deleted now':
    'le bail de l’instance {name} s’est terminé le {at} : elle est supprimée maintenant',
  'The lease of an instance': 'Le bail d’une instance',
  '{count} days': '{count} jours',
  'Ask for less; it can be extended when its end comes near.': 'Demandez moins ; il peut être prolongé quand son échéance approche.',
  'it would be over already': 'ce serait déjà terminé',
  'must be like 30d, 12h or 4w, a time, or never': 'doit être comme 30d, 12h ou 4w, une date, ou never',

  // Quotas: what is counted, whose it is, whom to ask
  instances: 'instances',
  vCPUs: 'vCPU',
  'MiB of memory': 'Mio de mémoire',
  'GiB of instance disks': 'Gio de disques d’instances',
  volumes: 'volumes',
  'GiB of volumes': 'Gio de volumes',
  snapshots: 'instantanés',
  images: 'images',
  'GiB of images': 'Gio d’images',
  'public addresses': 'adresses publiques',
  'project {name}': 'projet {name}',
  'user {name}': 'utilisateur {name}',
  'an administrator': 'à un administrateur',

  // What is wrong with a field
  'is missing': 'manque',
  'must be given again, because {field} changes': 'doit être donné de nouveau, car {field} change',
  'is the name of two methods': 'est le nom de deux méthodes',
  'is the second local one': 'est la deuxième méthode locale',
  'has no type that this cloud knows: {types}': 'n’a aucun type que ce cloud connaît : {types}',
  'needs mail: set mail.host and mail.from first, or together with it':
    'demande un courrier : réglez d’abord, ou en même temps, mail.host et mail.from',
  'needs site.url, with which the links in mails begin': 'demande site.url, par quoi commencent les liens des courriels',
  'must be less than leases.maxDays': 'doit être inférieur à leases.maxDays',
  'needs project and role together': 'demande à la fois project et role',
  'gives nothing: it needs project and role, or cloudRole': 'ne donne rien : il faut project et role, ou cloudRole',

  // What is wrong with a new password
  'it is shorter than {n} characters': 'il a moins de {n} caractères',
  'it is longer than {n} characters': 'il a plus de {n} caractères',
  'it has a control character, which cannot be typed everywhere': 'il contient un caractère de contrôle, qu’on ne peut pas saisir partout',
  'it contains your name, your e-mail address or the name of the cloud': 'il contient votre nom, votre adresse électronique ou le nom du nuage',
  'it is mostly a repetition or a sequence': 'il n’est guère qu’une répétition ou une suite',
  'it is one that everybody tries first': 'c’est l’un de ceux que tout le monde essaie d’abord',

  // Accounts, links out of mails, registrations
  'is not your password': 'n’est pas votre mot de passe',
  'is the one that you have': 'est celui que vous avez déjà',
  'is wrong, or was used already': 'est faux, ou a déjà servi',
  'the code is wrong, or was used already': 'le code est faux, ou a déjà servi',
  'the passkey was not accepted': 'la clé d’accès n’a pas été acceptée',
  'is not the one that holds now, which is {version}': 'n’est pas celle qui vaut à présent, la {version}',
  'is not an e-mail address': 'n’est pas une adresse électronique',
  'must be an address of {domains}': 'doit être une adresse de {domains}',
  'must be a time to come, such as {time}': 'doit être un moment à venir, comme {time}',
  'has a line break or a control character': 'contient un saut de ligne ou un caractère de contrôle',
  'is not a distinguished name': 'n’est pas un nom distinctif',
  'there is an account with this e-mail address': 'il y a un compte avec cette adresse électronique',
  'this log-in was begun too long ago: begin again': 'cette connexion a été commencée il y a trop longtemps : recommencez',
  'Choose a password for your account.': 'Choisissez un mot de passe pour votre compte.',
  'Choose a new password for your account.': 'Choisissez un nouveau mot de passe pour votre compte.',
  'Confirm your new e-mail address.': 'Confirmez votre nouvelle adresse électronique.',
  'Confirm your e-mail address, and choose a password.': 'Confirmez votre adresse électronique et choisissez un mot de passe.',
  '{who} invites you to project {project}.': '{who} vous invite dans le projet {project}.',
  'Remove one that you no longer use.': 'Retirez-en une qui ne vous sert plus.',
  'open invitations': 'invitations ouvertes',
  'Take some back first.': 'Retirez-en d’abord quelques-unes.',
  'change how you log in': 'changer votre manière de vous connecter',
  'with a token: log in with a browser': 'avec un jeton : connectez-vous avec un navigateur',
  'read or change an account': 'lire ou changer un compte',

  // Accounts of an older cloud
  '{name} has an account already': '{name} a déjà un compte',
  '{name} cannot be a log-in name here: lower-case letters, digits, dots, hyphens, underscores':
    '{name} ne peut pas être un identifiant ici : lettres minuscules, chiffres, points, tirets, tirets bas',
  '{name} has not the role {role}, without which nobody was let in': '{name} n’a pas le rôle {role}, sans lequel personne n’entrait',
  'there are more than {count} passwords that are not hashed: send the file again for the rest':
    'il y a plus de {count} mots de passe en clair : envoyez le fichier de nouveau pour le reste',

  // The audit log: where it was broken
  'there is more after the end of the export': 'il y a quelque chose après la fin de l’export',
  'it is not an entry': 'ce n’est pas une entrée',
  'it is not written as the cloud writes entries': 'ce n’est pas écrit comme le cloud écrit les entrées',
  'its hash does not fit: something in it was changed': 'son empreinte ne correspond pas : elle a été modifiée',
  'it says that there is something before the first entry': 'elle prétend que quelque chose précède la première entrée',
  'entry {seq} should stand here: entries were removed, inserted or put in another order':
    'l’entrée {seq} devrait se trouver ici : des entrées ont été enlevées, insérées ou déplacées',
  'it does not follow the entry before it: one of the two was put in place of another':
    'elle ne suit pas l’entrée précédente : l’une des deux a été mise à la place d’une autre',
  'its hash is not {hash}, as was kept of it: the log was written anew':
    'son empreinte n’est pas {hash}, celle qui avait été gardée : le journal a été réécrit',
  'the export should end with entry {seq}: entries were removed before its end':
    'l’export devrait finir par l’entrée {seq} : des entrées ont été enlevées avant sa fin',
  'entries before {seq} were removed, and not by the cloud': 'les entrées avant {seq} ont été enlevées, et pas par le cloud',
  'the export was cut off: its last line is missing': 'l’export a été coupé : sa dernière ligne manque',
  'entry {seq} is not among them, which was kept': 'l’entrée {seq}, qui avait été gardée, n’en fait pas partie',
  'is not known here': 'n’est pas connu ici',
  'must be one of {values}': 'doit être l’une de ces valeurs : {values}',
  'must be at least {limit}': 'doit valoir au moins {limit}',
  'must be at most {limit}': 'doit valoir au plus {limit}',
  'must be more than {limit}': 'doit dépasser {limit}',
  'must be a whole number': 'doit être un nombre entier',
  'must be a number': 'doit être un nombre',
  'must be text': 'doit être un texte',
  'must be true or false': 'doit être vrai ou faux',
  'must have at least {limit} characters': 'doit avoir au moins {limit} caractères',
  'must have at most {limit} characters': 'doit avoir au plus {limit} caractères',
  'must have at least {limit} entries': 'doit avoir au moins {limit} éléments',
  'must have at most {limit} entries': 'doit avoir au plus {limit} éléments',
  'has the wrong form': 'n’a pas la bonne forme',
  'has none of the possible forms': 'n’a aucune des formes possibles',
};

interface Thing {
  /** With its article: `l’instance`. */
  readonly the: string;
  readonly isFeminine: boolean;
  readonly states: Readonly<Record<string, string>>;
}

/** What is said of every kind alike: requests, and changes of state. */
function aboutEveryKind(): Record<string, string> {
  const things: Readonly<Record<string, Thing>> = {
    instance: {
      the: 'l’instance',
      isFeminine: true,
      states: {
        creating: 'est en création',
        starting: 'démarre',
        running: 'est en marche',
        paused: 'est en pause',
        stopping: 's’arrête',
        stopped: 'est arrêtée',
        suspending: 'est en cours de suspension',
        suspended: 'est suspendue',
        rebooting: 'redémarre',
        failed: 'a échoué',
        deleting: 'est en suppression',
        deleted: 'est supprimée',
        unknown: 'est dans un état inconnu',
      },
    },
    image: {
      the: 'l’image',
      isFeminine: true,
      states: {
        importing: 'est en cours d’importation',
        available: 'est disponible',
        failed: 'a échoué',
        deleting: 'est en suppression',
        deleted: 'est supprimée',
      },
    },
    host: {
      the: 'l’hôte',
      isFeminine: false,
      states: { joining: 'arrive', online: 'est en ligne', cordoned: 'est mis à l’écart', lost: 'est perdu' },
    },
    'ssh-key': { the: 'la clé SSH', isFeminine: true, states: { active: 'est active' } },
    'instance-type': { the: 'le type d’instance', isFeminine: false, states: { active: 'est actif' } },
    network: { the: 'le réseau', isFeminine: false, states: { active: 'est actif' } },
    project: { the: 'le projet', isFeminine: false, states: { active: 'est actif' } },
    user: { the: 'l’utilisateur', isFeminine: false, states: { active: 'est actif', blocked: 'est bloqué' } },
    group: { the: 'le groupe', isFeminine: false, states: { active: 'est actif' } },
  };
  const verbs: Readonly<Record<string, string>> = {
    start: 'démarrage demandé',
    stop: 'arrêt demandé',
    'force-stop': 'arrêt forcé demandé',
    reboot: 'redémarrage demandé',
    pause: 'pause demandée',
    resume: 'reprise demandée',
    suspend: 'suspension demandée',
    resize: 'changement de taille demandé',
    retry: 'nouvel essai demandé',
    'set-quota': 'nouveau quota demandé',
    'set-member': 'nouveau membre, ou nouveau rôle',
    'remove-member': 'un membre de moins',
    'add-members': 'de nouvelles personnes',
    'remove-members': 'des personnes de moins',
  };
  const entries: [string, string][] = [];
  for (const [kind, { the, isFeminine, states }] of Object.entries(things)) {
    const e = isFeminine ? 'e' : '';
    // The longer form first: the shorter one would take it for a name.
    entries.push([`${kind} {before} was changed, and is now named {name}`, `${the} {before} a été modifié${e} et s’appelle maintenant {name}`]);
    entries.push([`${kind} {name} was changed`, `${the} {name} a été modifié${e}`]);
    entries.push([`${kind} {name} was asked to be deleted`, `suppression demandée : ${the} {name}`]);
    for (const [verb, says] of Object.entries(verbs)) entries.push([`${kind} {name}: ${verb} was asked for`, `${the} {name} : ${says}`]);
    entries.push([`${kind} {name} was shared with {who} ({access})`, `${the} {name} a été partagé${e} avec {who} ({access})`]);
    entries.push([`${kind} {name} is no longer shared with {who}`, `${the} {name} n’est plus partagé${e} avec {who}`]);
    entries.push([`${kind} {name} was asked for`, `création demandée : ${the} {name}`]);
    for (const [state, says] of Object.entries(states))
      entries.push([`${kind} {name} ${state === 'failed' ? state : `is ${state}`}`, `${the} {name} ${says}`]);
    entries.push([`${kind} {name} was shared with {who} (read)`, `${the} {name} est partagé${e} en lecture avec {who}`]);
    entries.push([`${kind} {name} was shared with {who} (use)`, `${the} {name} est partagé${e} avec {who}, pour s’en servir`]);
    entries.push([`${kind} {name} is no longer shared with {who}`, `${the} {name} n’est plus partagé${e} avec {who}`]);
    // Why its console cannot be opened.
    if (kind === 'instance') for (const [state, says] of Object.entries(states)) entries.push([`it is ${state}`, `elle ${says}`]);
  }
  return Object.fromEntries(entries);
}
