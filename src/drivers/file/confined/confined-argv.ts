/** The unprivileged account of confined programs. Not libvirt-qemu: that one can open the disks of running instances. */
export const confinedUser = { uid: 65534, gid: 65534 } as const;

export interface Confinement {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  /** The largest file it may write; 0: none. */
  readonly fileSizeBytesMax: number;
}

/**
 * The argv that runs `argv` as nobody, without capabilities, in namespaces of its own without a network,
 * under resource limits. Both ends of the chain die with their parent: the outer with this process, the
 * inner with `unshare`; the change of user would otherwise cut that bond.
 */
export function confinedArgv(argv: readonly string[], { cpuSeconds, memoryBytes, fileSizeBytesMax }: Confinement): string[] {
  return [
    'setpriv', '--pdeathsig=KILL', '--',
    'prlimit', `--cpu=${cpuSeconds}`, `--as=${memoryBytes}`, `--fsize=${fileSizeBytesMax}`, '--nofile=64', '--nproc=256', '--core=0', '--',
    'unshare', '--mount', '--mount-proc', '--net', '--ipc', '--uts', '--pid', '--fork', '--kill-child=KILL', '--',
    'setpriv', `--reuid=${confinedUser.uid}`, `--regid=${confinedUser.gid}`, '--clear-groups', '--no-new-privs',
    '--inh-caps=-all', '--bounding-set=-all', '--pdeathsig=KILL', '--',
    ...argv,
  ]; // prettier-ignore
}
