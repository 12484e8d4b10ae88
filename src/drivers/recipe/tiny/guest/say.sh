# A line of progress on the console, with the seconds since power-on.
say() {
  read -r up rest </proc/uptime
  echo "[ $up] tiny: $*"
}

# Inserts the module files of the named groups; one that fails (no such device, already there) is no harm.
load() {
  for group in "$@"; do
    while read -r file; do insmod "$file" 2>/dev/null; done <"/lib/tiny/modules.$group"
  done
}
