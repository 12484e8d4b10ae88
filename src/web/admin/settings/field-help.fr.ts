/** What the settings' schema says of its fields, in French. */
export const frenchHelp: Readonly<Record<string, string>> = {
  'Of this cloud, for people; one line.': 'De ce nuage, pour les personnes ; une ligne.',
  'Where people reach it, e.g. https://cloud.example.org; links in mails begin with it.':
    'Où on le joint, p. ex. https://cloud.example.org ; les liens des messages commencent ainsi.',
  'An e-mail address: whom to ask.': 'Une adresse électronique : à qui demander.',
  'Characters that a new password has at least.': 'Caractères qu’un nouveau mot de passe a au moins.',
  'Who has to have a passkey or one-time codes beside a password.': 'Qui doit avoir une clé d’accès ou des codes en plus du mot de passe.',
  'Anyone may ask for an account; needs mail and site.url.': 'Chacun peut demander un compte ; il faut le courrier et l’adresse de ce nuage.',
  'An administrator says yes or no to each.': 'Un administrateur répond à chacune.',
  'Only with an address there; empty: any.': 'Seulement avec une adresse de ceux-ci ; vide : de tous.',
  'own: everybody gets a project of the same name.': 'Le projet de chacun porte son nom.',
  'How long an instance may live; null: for ever.': 'Durée de vie d’une instance ; vide : sans fin.',
  'When its owner gets a mail.': 'Quand son propriétaire reçoit un message.',
  'Name or address of the SMTP server.': 'Nom ou adresse du serveur SMTP.',
  'tls: from the first byte; starttls: before anything is said; none: only for a server on this machine or a network you trust.':
    'TLS : dès le premier octet ; StartTLS : avant que rien ne soit dit ; aucun : seulement pour un serveur de cette machine ou d’un réseau sûr.',
  'Who logs in there; null: nobody has to.': 'Qui s’y connecte ; vide : personne n’a à le faire.',
  'Sender: an address, or `Name <address>`.': 'Une adresse, ou « Nom <adresse> ».',
  'Older entries of the audit log are let go.': 'Les entrées plus anciennes du journal sont effacées.',
  'Lower-case letters, digits and hyphens; begins with a letter; at most 63 characters.':
    'Minuscules, chiffres et traits d’union ; commence par une lettre ; 63 caractères au plus.',
  'What stands on its button; null: its name.': 'Ce qui figure sur son bouton ; vide : son nom.',
  'Where the directory is, e.g. `ldap://directory.example.org` or `ldaps://directory.example.org:636`.':
    'Où est l’annuaire, p. ex. ldap://annuaire.example.org ou ldaps://annuaire.example.org:636.',
  'Encrypt before anything else is said, on an `ldap://` address.': 'Chiffrer avant toute autre chose, à une adresse ldap://.',
  'PEM, one or more certificates: who vouches for the directory. Null: the authorities that this machine trusts.':
    'PEM, un ou plusieurs certificats : qui répond de l’annuaire. Vide : les autorités de cette machine.',
  'The account with which the cloud searches. Null: it searches without a name.': 'Le compte avec lequel le nuage cherche. Vide : sans nom.',
  'Password of that account.': 'Mot de passe de ce compte.',
  'Kept encrypted, never shown again.': 'Gardé chiffré, jamais montré de nouveau.',
  'Below which entry people are, e.g. `ou=users,o=cloud`.': 'Sous quelle entrée sont les personnes, p. ex. ou=users,o=cloud.',
  'Which attribute people log in with.': 'L’attribut avec lequel on se connecte.',
  'Object class of people.': 'Classe d’objet des personnes.',
  'Which attribute never changes, even when a person is renamed; `objectGUID` in Active Directory.':
    'L’attribut qui ne change jamais, même si la personne change de nom ; objectGUID dans Active Directory.',
  'Where the mail address is.': 'Où est l’adresse électronique.',
  'Where the name for people is.': 'Où est le nom pour les personnes.',
  'Where the DNs of certificates are with which a person may come. Null: nowhere.':
    'Où sont les DN des certificats avec lesquels on peut venir. Vide : nulle part.',
  'Below which entry groups are. Null: no groups are read.': 'Sous quelle entrée sont les groupes. Vide : aucun n’est lu.',
  'Which sorts of groups count.': 'Quelles sortes de groupes comptent.',
  'DN of the group of those who may use the cloud. Null: everybody whom the directory lets in.':
    'DN du groupe de qui peut utiliser le nuage. Vide : tous ceux que l’annuaire laisse entrer.',
  'How long a log-in waits for the directory, milliseconds.': 'Combien de temps une connexion attend l’annuaire, en millisecondes.',
  'Who comes for the first time gets an account; false: an administrator makes it before.':
    'Qui vient pour la première fois reçoit un compte ; sinon un administrateur le crée avant.',
  'What members of a group may do; they get it at each log-in anew.': 'Ce que peuvent les membres d’un groupe ; ils le reçoivent à chaque connexion.',
  'As the method tells it: a DN, a value of the claim, a FQAN.': 'Comme la méthode le dit : un DN, une valeur du claim, un FQAN.',
  'Name or id; with role.': 'Nom ou identifiant ; avec un rôle.',
  'In the project.': 'Dans le projet.',
  'In the cloud as a whole.': 'Dans tout le nuage.',
  'What stands on its button, e.g. `University of Example`.': 'Ce qui figure sur son bouton, p. ex. Université d’Exemple.',
  'Its address, exactly as it calls itself; `https`, except on this machine.':
    'Son adresse, exactement comme il se nomme ; https, sauf sur cette machine.',
  'As which the cloud is registered there.': 'Sous quel identifiant le nuage y est inscrit.',
  'How the secret is sent; automatic: as the provider says it likes, `basic` before `post`.': 'Comment le secret est envoyé.',
  'PEM, one or more certificates: who vouches for the provider. Null: the authorities that this machine trusts.':
    'PEM, un ou plusieurs certificats : qui répond du fournisseur. Vide : les autorités de cette machine.',
  'What is asked for; `openid` is always.': 'Ce qui est demandé ; openid l’est toujours.',
  'The claim with the name of the account.': 'Le claim qui porte le nom du compte.',
  'The claim with the name for people.': 'Le claim qui porte le nom pour les personnes.',
  'The claim with the groups; dots lead into it, e.g. `realm_access.roles`.':
    'Le claim qui porte les groupes ; des points y mènent, p. ex. realm_access.roles.',
  'Group of those who may use the cloud. Null: everybody whom the provider lets in.':
    'Groupe de qui peut utiliser le nuage. Vide : tous ceux que le fournisseur laisse entrer.',
  'How long a request waits for the provider, milliseconds.': 'Combien de temps une requête attend le fournisseur, en millisecondes.',
  'Directory of the trusted authorities: *.pem and *.0, revocation lists *.r0, and who may sign whom: *.signing_policy, *.namespaces.':
    'Répertoire des autorités reconnues : *.pem et *.0, listes de révocation *.r0, et qui peut signer qui : *.signing_policy, *.namespaces.',
  'Directory of the VOMS servers, a folder for each virtual organisation; null: attributes are not read.':
    'Répertoire des serveurs VOMS, un dossier par organisation virtuelle ; vide : les attributs ne sont pas lus.',
  'Whether an authority without a revocation list is trusted. One past its time refuses everybody either way.':
    'Si une autorité sans liste de révocation est reconnue. Une liste périmée refuse tout le monde dans les deux cas.',
  'Only members of this virtual organisation get in; null: no attributes are needed.':
    'Seuls les membres de cette organisation virtuelle entrent ; vide : aucun attribut n’est exigé.',
  'What attributes that do not verify mean: no rights from them, or no log-in.':
    'Ce que signifient des attributs invalides : aucun droit par eux, ou pas de connexion.',
  'Limited proxies are made to read data and to start nothing.': 'Les proxys limités sont faits pour lire des données et ne rien démarrer.',
  'How old what was read of the directories may be, in seconds.': 'L’âge que peut avoir ce qui fut lu des répertoires, en secondes.',
};
