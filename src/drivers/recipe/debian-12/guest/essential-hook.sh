#!/bin/sh
# Before the kernel is installed ($1: the new root): its initramfs carries the drivers of virtual disks alone.
set -e
mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/usr/share/initramfs-tools/modules.d"
printf 'MODULES=list\nCOMPRESS=zstd\nFSTYPE=ext4\n' >"$1/etc/initramfs-tools/conf.d/stratuslab"
printf '%s\n' virtio_pci virtio_blk virtio_scsi sd_mod >"$1/usr/share/initramfs-tools/modules.d/stratuslab"
