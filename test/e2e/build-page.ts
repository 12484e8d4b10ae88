import { runSetup } from '../../bin/setup.mjs';

/** The tests use the page as it is served to everybody: built, from the sources as they are now. */
export async function setup(): Promise<void> {
  const heard: string[] = [];
  await runSetup({ groups: [], anySystem: true, out: { write: (text) => heard.push(text) } });
  const built = heard.find((line) => line.includes('✓ Web page'));
  if (built !== undefined) process.stdout.write(built);
}
