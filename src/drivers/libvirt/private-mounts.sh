#!/bin/sh
# private-mounts.sh LIBVIRT_DIR kvm|tcg COMMAND [ARGUMENT...]
#
# Run inside a mount namespace of its own: puts one cloud's directories where libvirt was compiled to look
# for them, then becomes COMMAND. Nothing outside the namespace sees these mounts.
set -eu
dir=$1
accelerator=$2
shift 2

for pair in etc:/etc/libvirt lib:/var/lib/libvirt run:/run/libvirt log:/var/log/libvirt cache:/var/cache/libvirt; do
  mkdir -p "${pair#*:}"
  mount --bind "$dir/${pair%%:*}" "${pair#*:}"
done

# A /dev/kvm that opens but does not run guests makes libvirt distrust its capability cache and probe QEMU
# again at every question. A file that even root cannot write says plainly: no KVM here.
if [ "$accelerator" = tcg ] && [ -e /dev/kvm ]; then
  : >"$dir/run/no-kvm"
  mount --bind "$dir/run/no-kvm" /dev/kvm
  mount -o remount,ro,bind /dev/kvm
fi

echo "$accelerator" >"$dir/run/accelerator"
exec "$@"
