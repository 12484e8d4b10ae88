# Brings up the interfaces as network-config v2 says (found by MAC address); DHCP where it says nothing.
start_network() {
  prefix=network-config
  [ -n "$(flat network-config.network.version)" ] && prefix=network-config.network
  : >/run/cloud/resolv.conf
  for path in /sys/class/net/e*; do
    [ -e "$path/address" ] || continue
    read -r mac <"$path/address"
    configure "${path##*/}" "$(name_by_mac "$mac")"
  done
  resolv_conf
}

# The name under which network-config knows this MAC address; empty when it does not.
name_by_mac() {
  while IFS=$tab read -r path value; do
    case "$path" in
      $prefix.ethernets.*.match.macaddress)
        [ "$(echo "$value" | tr A-F a-f)" = "$1" ] && { path=${path%.match.macaddress}; echo "${path#$prefix.ethernets.}"; return; } ;;
    esac
  done </run/cloud/flat
}

configure() {
  device=$1
  at=$prefix.ethernets.$2
  dhcp=true
  if [ -n "$2" ]; then
    dhcp=$(flat "$at.dhcp4")
    rename=$(flat "$at.set-name")
    [ -n "$rename" ] && [ "$rename" != "$device" ] && ip link set dev "$device" name "$rename" && device=$rename
    mtu=$(flat "$at.mtu")
    [ -n "$mtu" ] && ip link set dev "$device" mtu "$mtu"
  elif [ -n "$(flat $prefix.version)" ]; then
    return # there is a network-config and it does not want this one
  fi
  ip link set dev "$device" up
  case "$dhcp" in
    true | yes | on)
      udhcpc -i "$device" -b -t 30 -T 1 -A 5 -s /lib/tiny/udhcpc.sh -p "/run/udhcpc.$device.pid" -x "hostname:$(hostname)" -O staticroutes -O mtu >/dev/null 2>&1 &
      ;;
  esac
  [ -n "$2" ] || return
  flat_all "$at.addresses." | while read -r address; do
    ip addr add "$address" dev "$device" && say "$device has $address"
    : >"/run/cloud/up.$device"
  done
  for family in 4 6; do
    gateway=$(flat "$at.gateway$family")
    [ -n "$gateway" ] && ip route replace default via "$gateway" dev "$device"
  done
  i=0
  while to=$(flat "$at.routes.$i.to") && [ -n "$to" ]; do
    via=$(flat "$at.routes.$i.via")
    case "$to" in 0.0.0.0/0 | ::/0) to=default ;; esac
    family=-4
    case "$to$via" in *:*) family=-6 ;; esac
    # A gateway outside the interface's own prefix is on the link, as clouds with /32 addresses have it.
    ip $family route replace "$to" ${via:+via "$via"} dev "$device" 2>/dev/null ||
      { [ -n "$via" ] && ip $family route replace "$via" dev "$device" && ip $family route replace "$to" via "$via" dev "$device"; }
    i=$((i + 1))
  done
  flat_all "$at.nameservers.addresses." | while read -r server; do echo "nameserver $server"; done >>/run/cloud/resolv.conf
  search=$(flat_all "$at.nameservers.search." | tr '\n' ' ')
  [ -n "$search" ] && echo "search $search" >>/run/cloud/resolv.conf
}

resolv_conf() {
  [ -s /run/cloud/resolv.conf ] && cp /run/cloud/resolv.conf /etc/resolv.conf
}
