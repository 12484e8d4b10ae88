import { Duplex } from 'node:stream';

/** What a small Debian machine of 6 GiB would say. */
const sayings: Readonly<Record<string, string>> = {
  'uname -sr': 'Linux 6.1.0-sim-cloud-amd64',
  'free -h': [
    '               total        used        free      shared  buff/cache   available',
    'Mem:           5.8Gi       2.1Gi       1.9Gi        12Mi       1.8Gi       3.5Gi',
    'Swap:          6.0Gi          0B       6.0Gi',
  ].join('\n'),
  'df -h /': ['Filesystem      Size  Used Avail Use% Mounted on', '/dev/vda1       9.7G  2.3G  7.0G  25% /'].join('\n'),
  nproc: '4',
  whoami: 'root',
  '': '',
};

/** A guest's serial console, as far as faces need one: it greets, takes a log-in and answers a few commands. */
export function simulatedTerminal(name: string): Duplex {
  let line = '';
  let isLoggedIn = false;
  const prompt = () => (isLoggedIn ? `root@${name}:~# ` : `${name} login: `);
  const answers: Readonly<Record<string, string>> = {
    hostname: name,
    'uname -a': `Linux ${name} 6.1.0-sim-cloud-amd64 #1 SMP x86_64 GNU/Linux`,
    ...sayings,
  };
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      for (const key of chunk.toString('utf8')) press(key);
      done();
    },
    final(done) {
      stream.push(null);
      done();
    },
  });
  const say = (text: string) => stream.push(text.replaceAll('\n', '\r\n'));
  const press = (key: string) => {
    if (key === '\u007f' || key === '\b') {
      if (line !== '') say('\b \b');
      line = line.slice(0, -1);
    } else if (key === '\r' || key === '\n') {
      say('\n');
      enter();
      line = '';
    } else if (key >= ' ' && line.length < 1_000) {
      line += key;
      say(key);
    }
  };
  const enter = () => {
    const command = line.trim();
    if (!isLoggedIn) isLoggedIn = command !== '';
    else if (command === 'exit') isLoggedIn = false;
    else if (command.startsWith('echo ')) say(`${command.slice(5)}\n`);
    else if (answers[command] === undefined) say(`sh: ${command.split(' ')[0]}: not found\n`);
    else if (answers[command] !== '') say(`${answers[command]}\n`);
    say(prompt());
  };
  say(`\nSimulated guest ${name} ttyS0\n\n${prompt()}`);
  return stream;
}
