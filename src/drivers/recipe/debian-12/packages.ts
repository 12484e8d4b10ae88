/** The release that the recipe is named after. */
export const codename = 'bookworm';

/** What the image holds beside Debian's essential packages. */
export const installed = [
  ...['usr-is-merged', 'systemd-sysv', 'systemd-resolved', 'systemd-timesyncd', 'udev', 'dbus', 'kmod', 'initramfs-tools'],
  ...['linux-image-cloud-amd64', 'cloud-init', 'cloud-guest-utils', 'openssh-server', 'qemu-guest-agent'],
  ...['passwd', 'mount', 'login', 'adduser', 'procps', 'sudo', 'e2fsprogs', 'zstd', 'tzdata', 'whiptail', 'less', 'vim-tiny'],
  ...['netbase', 'iproute2', 'iputils-ping', 'ca-certificates', 'curl', 'debian-archive-keyring', 'readline-common'],
];
/** Taken alone, for building only: boot loader code and the tool that writes FAT. */
export const loaders = ['grub-pc-bin', 'grub-efi-amd64-bin', 'mtools'];
