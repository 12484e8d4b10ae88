#!/bin/sh
# After SSH is there: agent, power button, disk, swap, host keys on the console, the user's scripts.
. /lib/tiny/say.sh
load late
acpid -l /dev/null 2>/dev/null

usleep 200000 # names of the serial ports come in a message from outside
for name in /sys/class/virtio-ports/*/name; do
  read -r channel <"$name" 2>/dev/null || continue
  [ "$channel" = org.qemu.guest_agent.0 ] || continue
  port=${name%/name}
  qemu-ga --daemonize --method=virtio-serial --path="/dev/${port##*/}" --pidfile=/run/qemu-ga.pid --statedir=/run && say "the guest agent is up"
done

key=$(dropbearkey -y -f /etc/dropbear/dropbear_ed25519_host_key)
public=$(echo "$key" | sed -n '/^ssh-/p')
print=$(echo "$key" | sed -n 's/^Fingerprint: //p')
[ -n "$public" ] && cat <<END
-----BEGIN SSH HOST KEY FINGERPRINTS-----
256 $print ${public##* } (ED25519)
-----END SSH HOST KEY FINGERPRINTS-----
-----BEGIN SSH HOST KEY KEYS-----
$public
-----END SSH HOST KEY KEYS-----
END

read -r device rest <<END
$(sed -n 's,^\(/dev/[a-z0-9]*\) / .*,\1,p' /proc/mounts)
END
resize2fs "$device" >/run/resize2fs.log 2>&1 || say "the root file system could not be grown: $(tail -n 1 /run/resize2fs.log)"

# A disk whose serial number begins with "swap", or that carries a swap signature, is for swapping.
for disk in /sys/block/vd* /sys/block/sd*; do
  [ -e "$disk" ] || continue
  dev=/dev/${disk##*/}
  [ "$(dd if="$dev" bs=1 skip=4086 count=10 2>/dev/null)" = SWAPSPACE2 ] && { swapon "$dev" && say "swapping on $dev"; continue; }
  case "$(cat "$disk/serial" 2>/dev/null)" in
    swap*) [ -z "$(dd if="$dev" bs=4096 count=1 2>/dev/null | tr -d '\0')" ] && mkswap "$dev" >/dev/null && swapon "$dev" && say "swapping on $dev" ;;
  esac
done

if [ -n "$new_instance" ] && [ -n "$(ls /var/lib/cloud/scripts)" ]; then
  tries=0
  until ls /run/cloud/up.* >/dev/null 2>&1 || [ $tries -ge 60 ]; do usleep 500000; tries=$((tries + 1)); done
  for script in /var/lib/cloud/scripts/*; do
    say "user-data: running script ${script##*/}"
    "$script" 2>&1 </dev/null | tee -a /var/log/cloud-init-output.log
  done
fi
dd if=/dev/urandom of=/var/lib/random-seed bs=512 count=1 2>/dev/null
chmod 600 /var/lib/random-seed
mkdir -p /var/lib/cloud/instance
: >/var/lib/cloud/instance/boot-finished
say "boot is finished"
