#!/bin/sh
# reaper.sh LIBVIRT_DIR
#
# The child of a `tini -s`: starts daemons on request, so that they and the guests they leave behind are
# reaped at once even where PID 1 is slow, and stay in one mount namespace. Requests are lines in a fifo:
#   virtlogd | libvirtd   start it; its exit status (of going into the background) is left in run/NAME.exit
#   quit                  end; what was started lives on
# File descriptor 3 is the lock that makes this the only reaper, 4 the fifo: no daemon may inherit them.
set -u
dir=$1
[ -p "$dir/run/reaper.fifo" ] || mkfifo -m 600 "$dir/run/reaper.fifo"
echo $$ >"$dir/run/reaper.pid"
exec 4<>"$dir/run/reaper.fifo"

while read -r word <&4; do
  case $word in
  virtlogd | libvirtd)
    "/usr/sbin/$word" --daemon --config "$dir/etc/$word.conf" --pid-file "$dir/run/$word.pid" \
      </dev/null >"$dir/log/$word.start.log" 2>&1 3>&- 4>&-
    echo $? >"$dir/run/$word.exit.new"
    mv "$dir/run/$word.exit.new" "$dir/run/$word.exit"
    ;;
  quit) exit 0 ;;
  esac
done
