# The seed disk (NoCloud, label cidata): its files go to /run/cloud, its YAML to flat lines "path<TAB>value".
tab=$(printf '\t')

find_seed() {
  instance_id=
  device=$(findfs LABEL=cidata 2>/dev/null || findfs LABEL=CIDATA 2>/dev/null)
  if [ -z "$device" ]; then
    load cdrom
    device=$(findfs LABEL=cidata 2>/dev/null || findfs LABEL=CIDATA 2>/dev/null)
  fi
  if [ -z "$device" ]; then
    say "no seed disk (label cidata): network by DHCP, no keys"
    : >/run/cloud/flat
    return
  fi
  mkdir -p /run/cloud/mnt
  mount -t iso9660 -o ro "$device" /run/cloud/mnt 2>/dev/null || mount -t vfat -o ro "$device" /run/cloud/mnt || { say "the seed disk $device cannot be read"; : >/run/cloud/flat; return; }
  chmod 700 /run/cloud
  for file in meta-data user-data vendor-data network-config; do [ -s "/run/cloud/mnt/$file" ] && cat "/run/cloud/mnt/$file" >"/run/cloud/$file"; done
  umount /run/cloud/mnt
  for file in meta-data network-config; do [ -s "/run/cloud/$file" ] && awk -v name=$file -f /lib/tiny/yaml.awk "/run/cloud/$file"; done >/run/cloud/flat
  instance_id=$(flat meta-data.instance-id)
  [ -n "$instance_id" ] || say "the seed disk has no instance-id: it counts as no first boot"
}

# The value at one path of the flat file ($2, else the seed's), with its escapes resolved.
flat() {
  while IFS=$tab read -r path value; do
    [ "$path" = "$1" ] && { printf '%b\n' "$value"; return; }
  done <"${2:-/run/cloud/flat}"
}

# All values whose path begins with the first argument, one a line.
flat_all() {
  while IFS=$tab read -r path value; do
    case "$path" in "$1"*) [ -n "$value" ] && printf '%b\n' "$value" ;; esac
  done <"${2:-/run/cloud/flat}"
}
