import { parseArgs } from 'node:util';
import { runDoctor } from '../src/doctor/doctor.ts';
import { renderFindings } from '../src/doctor/render.ts';
import { libvirtStatus } from '../src/drivers/libvirt/daemon.ts';
import { libvirtPaths } from '../src/drivers/libvirt/libvirt-paths.ts';
import { probeAccelerator } from '../src/drivers/libvirt/probe.ts';
import { findLocalDaemon } from '../src/local/daemon.ts';
import { defaultHomeDir, readCloud } from '../src/local/home.ts';
import { homeAt, localCommand, wholeNumber } from './local-command.ts';

const help = `Usage: stratus doctor [--home DIR] [--port N] [-o json]

Looks at this machine: whether guests really run, memory, disk, ports, packages, libvirt, networks, clock; and
says for each finding what to do. Exit code 1 when something keeps a cloud from working here.
`;

export function runDoctorCommand(args: readonly string[]): Promise<number> {
  return localCommand('doctor', () => doctor(args));
}

async function doctor(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      home: { type: 'string', default: process.env['STRATUS_HOME'] ?? defaultHomeDir },
      port: { type: 'string' },
      output: { type: 'string', short: 'o', default: 'table' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const home = homeAt(values.home);
  const ownPort = readCloud(home)?.port ?? 7480;
  const port = values.port === undefined ? ownPort : wholeNumber('--port', values.port, 1, 65_535);
  const findings = await runDoctor({
    homeDir: home.dir,
    ports: [port],
    ownPorts: findLocalDaemon(home, 'server') === null ? [] : [ownPort],
    probe: () => probeAccelerator(),
    libvirt: libvirtStatus,
    checkHomeDir: (homeDir) => void libvirtPaths(homeDir),
  });
  process.stdout.write(values.output === 'json' ? `${JSON.stringify(findings, null, 2)}\n` : renderFindings(findings));
  return findings.some((finding) => finding.level === 'error') ? 1 : 0;
}
