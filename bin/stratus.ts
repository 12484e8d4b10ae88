#!/usr/bin/env node
/** The one program. The first word decides; what is not a part of the cloud itself is a client's command. */
const [word = '', ...rest] = process.argv.slice(2);

// Whoever read along may have gone (`stratus up | head`): what is under way goes on.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

switch (word) {
  case 'server':
    await (await import('./server.ts')).runServer(rest);
    break;
  case 'agent':
    await (await import('./agent.ts')).runAgent(rest);
    break;
  case 'up':
    process.exitCode = await (await import('./up.ts')).runUp(rest);
    break;
  case 'down':
    process.exitCode = await (await import('./down.ts')).runDown(rest);
    break;
  case 'destroy':
    process.exitCode = await (await import('./destroy.ts')).runDestroy(rest);
    break;
  case 'doctor':
    process.exitCode = await (await import('./doctor.ts')).runDoctorCommand(rest);
    break;
  default:
    process.exitCode = await (await import('../src/cli/main.ts')).runClient(process.argv.slice(2));
}
