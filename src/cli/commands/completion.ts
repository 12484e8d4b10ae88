import { Argument, type Command } from 'commander';
import { completes } from '../completion-sources.ts';
import type { Run } from '../kind-cli.ts';
import type { World } from '../world.ts';

/** Each asks `stratus __complete WORD… CURRENT` for lines of `candidate TAB description`. */
const scripts = {
  bash: `_stratus() {
  local IFS=$'\\n' current=\${COMP_WORDS[COMP_CWORD]} line
  COMPREPLY=()
  for line in $(stratus __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null); do
    if [ "$line" = ":files" ]; then
      compopt -o filenames 2>/dev/null
      COMPREPLY+=($(compgen -f -- "$current"))
    else
      COMPREPLY+=("\${line%%$'\\t'*}")
    fi
  done
}
complete -F _stratus stratus
`,
  zsh: `#compdef stratus
_stratus() {
  local -a candidates
  local line
  for line in "\${(@f)$(stratus __complete "\${words[@]:1:$((CURRENT - 1))}" 2>/dev/null)}"; do
    if [[ $line == ":files" ]]; then
      _files
    elif [[ -n $line ]]; then
      candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done
  (( \${#candidates} )) && _describe -V stratus candidates
}
compdef _stratus stratus
`,
  fish: `function __stratus_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in (stratus __complete $words[2..-1] 2>/dev/null)
    if test "$line" = ":files"
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c stratus -f -a '(__stratus_complete)'
`,
} as const;

const how: Readonly<Record<keyof typeof scripts, string>> = {
  bash: 'source <(stratus completion bash)',
  zsh: 'source <(stratus completion zsh)',
  fish: 'stratus completion fish | source',
};

export function addCompletion(program: Command, _run: Run, world: World): void {
  const shells = Object.keys(scripts) as (keyof typeof scripts)[];
  completes(
    program
      .command('completion')
      .summary('completion for bash, zsh or fish')
      .description(
        `Prints what makes a shell complete words, options and names.\n\n${shells.map((shell) => `  ${shell.padEnd(5)} ${how[shell]}`).join('\n')}`,
      )
      .addArgument(new Argument('<shell>', 'which shell').choices(shells)),
    { words: shells },
  ).action((shell: keyof typeof scripts) => void world.stdout.write(scripts[shell]));
}
