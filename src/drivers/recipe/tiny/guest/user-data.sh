# Meta-data and user-data, once in the life of an instance. Kinds of user-data: script, #cloud-config
# (hostname, ssh_authorized_keys, write_files, runcmd, password, chpasswd, ssh_pwauth), both in a MIME
# message, each also gzip'ed. Scripts are put in order into /var/lib/cloud/scripts and run by late.sh.

apply_meta_data() {
  { flat_all meta-data.public-keys; flat_all meta-data.public_keys; } | merge_keys
  tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
}

set_hostname() {
  name=${1%%.*}
  case "$name" in '' | *[!A-Za-z0-9-]*) return ;; esac
  hostname "$name"
  echo "$name" >/etc/hostname
  if [ "$name" = "$1" ]; then names=$name; else names="$1 $name"; fi
  printf '127.0.0.1 localhost\n127.0.1.1 %s\n::1 localhost ip6-localhost\n' "$names" >/etc/hosts
}

# Keys on standard input that are not there yet go to root's; none is ever taken away.
merge_keys() {
  file=/root/.ssh/authorized_keys
  mkdir -p -m 700 /root/.ssh
  [ -e $file ] || : >$file
  chmod 600 $file
  while read -r key; do
    case "$key" in
      ssh-* | ecdsa-* | sk-*) grep -qxF -e "$key" $file || echo "$key" >>$file ;;
    esac
  done
}

apply_user_data() {
  rm -rf /var/lib/cloud/scripts
  mkdir -p -m 700 /var/lib/cloud/scripts /run/cloud/parts
  scripts=0
  for file in vendor-data user-data; do [ -s /run/cloud/$file ] && part /run/cloud/$file ''; done
}

# One piece of user-data: $1 its file, $2 the type that its MIME heading gives, if any.
part() {
  if [ "$(head -c 2 "$1" | hexdump -e '1/1 "%02x"')" = 1f8b ]; then
    gunzip -c <"$1" >"$1.plain" || { say "user-data is damaged: gzip"; return; }
    part "$1.plain" "$2"
    return
  fi
  read -r first <"$1"
  case "$2:$first" in
    *:'#!'* | text/x-shellscript:*) add_script "$1" ;;
    *:'#cloud-config'* | text/cloud-config:*) cloud_config "$1" ;;
    :[Cc]ontent-[Tt]ype:* | :MIME-Version:* | multipart/*) mime "$1" ;;
    *) [ "$first" = '{}' ] || say "a part of user-data is of a kind that tiny does not know (${2:-${first%%[!#A-Za-z-]*}}); it is left out" ;;
  esac
}

add_script() {
  scripts=$((scripts + 1))
  cat "$1" >"$(printf '/var/lib/cloud/scripts/%03d' $scripts)"
  chmod 700 "$(printf '/var/lib/cloud/scripts/%03d' $scripts)"
}

mime() {
  dir=$1.d
  mkdir -p "$dir"
  awk -v dir="$dir" -f /lib/tiny/mime.awk "$1" >"$dir/list"
  while IFS=$tab read -r number type encoding <&3; do
    raw=$dir/$number.raw
    case "$encoding" in base64) base64 -d <"$raw" >"$dir/$number" ;; *) mv "$raw" "$dir/$number" ;; esac
    [ -s "$dir/$number" ] && part "$dir/$number" "$type"
  done 3<"$dir/list"
}

cloud_config() {
  config=$1.flat
  awk -v name=c -f /lib/tiny/yaml.awk "$1" >"$config"
  name=$(flat c.fqdn "$config")
  [ -n "$name" ] || name=$(flat c.hostname "$config")
  [ -n "$name" ] && set_hostname "$name"
  { flat_all c.ssh_authorized_keys. "$config"; flat_all c.users. "$config"; } | merge_keys
  write_files "$config"
  passwords "$config"
  awk -f /lib/tiny/runcmd.awk "$config" >"$config.sh"
  [ -s "$config.sh" ] && add_script "$config.sh"
}

write_files() {
  i=0
  while target=$(flat "c.write_files.$i.path" "$1") && [ -n "$target" ]; do
    encoding=$(flat "c.write_files.$i.encoding" "$1")
    mkdir -p "${target%/*}/"
    [ "$(flat "c.write_files.$i.append" "$1")" = true ] || : >"$target"
    while IFS=$tab read -r path value; do
      [ "$path" = "c.write_files.$i.content" ] || continue
      case "$encoding" in
        b64 | base64) printf '%b' "$value" | base64 -d ;;
        gz+b64 | gz+base64 | gzip+b64 | gzip+base64) printf '%b' "$value" | base64 -d | gunzip ;;
        *) printf '%b' "$value" ;;
      esac >>"$target"
    done <"$1"
    mode=$(flat "c.write_files.$i.permissions" "$1")
    chmod "${mode:-0644}" "$target"
    i=$((i + 1))
  done
}

passwords() {
  word=$(flat c.password "$1")
  [ -n "$word" ] && set_password "$word"
  { flat c.chpasswd.list "$1"; flat_all c.chpasswd.list. "$1"; } | while IFS=: read -r user word; do
    [ "$user" = root ] && [ -n "$word" ] && set_password "$word"
  done
  i=0
  while user=$(flat "c.chpasswd.users.$i.name" "$1") && [ -n "$user" ]; do
    word=$(flat "c.chpasswd.users.$i.password" "$1")
    [ "$user" = root ] && [ -n "$word" ] && set_password "$word"
    i=$((i + 1))
  done
  case "$(flat c.ssh_pwauth "$1")" in true | yes | on) : >/var/lib/cloud/ssh-passwords ;; esac
}

# There is one user: root. A word that is a crypt(3) hash already is taken as it is.
set_password() {
  case "$1" in
    '$5$'* | '$6$'*) hash=$1 ;;
    *) hash=$(printf '%s\n' "$1" | mkpasswd -m sha512 -P 0) || return ;;
  esac
  printf 'root:%s:19000:0:99999:7:::\n' "$hash" >/etc/shadow
  cp /lib/tiny/issue.password /etc/issue
}
