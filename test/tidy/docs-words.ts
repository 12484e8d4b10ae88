import type { limits } from '../../src/core/limits.ts';
import type { InstanceState } from '../../src/kinds/instance/instance.state.ts';

/** What the states of each kind mean, for the manual: kind → state → one sentence. */
export const stateWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  instance: {
    creating: 'It was admitted and has never run: its disk, seed, lease and a place in the start queue are being made ready.',
    starting: 'It is off and is being powered on, or waits for its turn to be.',
    running: 'Its virtual machine runs. The guest may still boot: `status.seen.reachableSince` tells when its SSH port first answered.',
    paused: 'Its processors stand still; its memory stays on the host.',
    suspending: 'Its memory is being written to disk.',
    suspended: 'It is off and its memory is on disk: a start or resume goes on where it was.',
    rebooting: 'It still runs the last boot, and a newer one was asked for.',
    stopping: 'It still runs, and was asked to power off or is doing so by itself.',
    stopped: 'It is off. Its disk, address and room on its host stay its own.',
    failed: 'It should run and does not, and the last try failed: `status.failure` has the reason and the last console lines. It is tried again.',
    unknown: 'Its host has been silent for 40 s. The instance may well run on.',
    deleting: 'It is being removed from its host. Then its record goes, and its name and address are free.',
  } satisfies Record<InstanceState, string>,
  image: {
    importing: 'Its content is being fetched or built, verified and inspected.',
    available: 'Its content is stored: instances can be made from it.',
    failed: 'Its content will not come in unless something is changed: `status.failure` says why.',
    deleting: 'Its content is being removed.',
  },
  'instance-type': { active: 'It can be chosen.' },
  'ssh-key': { active: 'It can be given to new instances.' },
  network: { active: 'Every host keeps it up.' },
  project: { active: 'It can own resources.' },
  host: {
    joining: 'It has a record, and its agent has not reported yet.',
    online: 'Its agent reports: it takes new instances.',
    cordoned: 'It keeps what it runs and gets nothing new (`schedulable` is false).',
    lost: 'Its agent has been silent for 40 s. Its instances are `unknown` until it speaks again.',
  },
  event: { recorded: 'It happened. Events never change.' },
};

/** What each limit bounds. */
export const limitWords: Readonly<Record<keyof typeof limits, string>> = {
  nameLengthMax: 'Length of a name; names become host names',
  labelsMax: 'Labels of one resource',
  labelKeyLengthMax: 'Length of a label’s key',
  labelValueLengthMax: 'Length of a label’s value',
  descriptionLengthMax: 'Length of a description',
  pageSizeDefault: 'Resources on one page of a list where nothing is said',
  pageSizeMax: 'Resources on one page of a list',
  requestBodyBytesMax: 'Body of one request',
  waitSecondsMax: 'How long `?wait=…` holds an answer back',
  idempotencyHours: 'How long a repeated `Idempotency-Key` finds the first answer',
  eventsKept: 'Events that are kept; the oldest go first',
  instancesPerRequestMax: 'Instances asked for at once',
  vcpusMax: 'Virtual processors of an instance type',
  memoryMibMin: 'Least memory of an instance type',
  memoryMibMax: 'Most memory of an instance type',
  swapMibMax: 'Swap disk of an instance type',
  diskGibMax: 'Root disk of an instance',
  userDataBytesMax: 'User-data, as it is given, before any compression of ours',
  keysPerInstanceMax: 'SSH keys of one instance',
  sshKeyLengthMax: 'Length of one public key',
  stopTimeoutSecondsDefault: 'How long a guest may take to power itself off, where nothing is said',
  stopTimeoutSecondsMax: 'The same, at most',
  imageBytesMax: 'Stored size of an image',
  imageVirtualBytesMax: 'Virtual size of an image',
};
