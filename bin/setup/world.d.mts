import type { SetupWorld } from '../setup.mjs';

export declare const realWorld: SetupWorld;
