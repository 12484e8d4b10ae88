import type { Slice } from '../../control/slice.ts';
import { networkKind, type Network } from './network.ts';

export const networkSlice: Slice<Network> = {
  kind: networkKind,
  async update(_admission, network, body) {
    return { ...network.spec, ...body };
  },
};
