#!/bin/sh
# Before anything is unpacked ($1: the new root): /bin and its like are links into /usr, as Debian 12 wants it.
set -e
for dir in bin sbin lib lib64; do
  mkdir -p "$1/usr/$dir"
  [ -L "$1/$dir" ] || ln -s "usr/$dir" "$1/$dir"
done
