#!/bin/sh
# What udhcpc calls when a lease comes, changes or goes.
. /lib/tiny/say.sh
case "$1" in
  deconfig)
    ip -4 addr flush dev "$interface" scope global
    ip link set dev "$interface" up
    ;;
  bound | renew)
    ip addr replace "$ip/${mask:-24}" ${broadcast:+broadcast "$broadcast"} dev "$interface"
    [ -n "$mtu" ] && [ "$mtu" -ge 576 ] && ip link set dev "$interface" mtu "$mtu"
    # RFC 3442: with classless routes the router option does not count.
    if [ -n "$staticroutes" ]; then
      set -- "$1" $staticroutes
      event=$1
      shift
      while [ $# -ge 2 ]; do
        to=$1
        [ "$to" = 0.0.0.0/0 ] && to=default
        if [ "$2" = 0.0.0.0 ]; then ip route replace "$to" dev "$interface"; else ip route replace "$to" via "$2" dev "$interface"; fi
        shift 2
      done
    else
      event=$1
      for gateway in $router; do
        ip route replace default via "$gateway" dev "$interface"
        break
      done
    fi
    if [ -n "$dns" ]; then
      {
        for server in $dns; do echo "nameserver $server"; done
        [ -n "${search:-$domain}" ] && echo "search ${search:-$domain}"
      } >/etc/resolv.conf.new && mv /etc/resolv.conf.new /etc/resolv.conf
    fi
    : >"/run/cloud/up.$interface"
    [ "$event" = bound ] && say "$interface has $ip/${mask:-24} by DHCP" >/dev/console
    ;;
esac
exit 0
