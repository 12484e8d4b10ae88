/** Usage: fill.ts FILE INSTANCES. Makes a control plane's store that holds them. */
import { FullCloud } from './full-cloud.ts';

const [path = '', instances = '0'] = process.argv.slice(2);
const cloud = new FullCloud(path);
await cloud.start(Number(instances));
await cloud.fill(Number(instances));
await cloud.stop();
process.exit(0);
