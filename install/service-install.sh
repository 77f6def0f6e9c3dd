# shellcheck shell=sh disable=SC2154
# What install-server.sh, install-agent.sh and uninstall.sh share; read by them, not run. POSIX sh.
# They set: name (server or agent), user, DRY_RUN (yes or no), ROOT (empty, or the folder to stage into).

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

wrong_usage() {
  printf '%s\n' "$1" >&2
  exit 64
}

say() {
  printf '%s\n' "$*"
}

# Does what it is given, or with --dry-run only shows it.
run() {
  if [ "$DRY_RUN" = yes ]; then
    printf '  would run: %s\n' "$*"
  else
    "$@"
  fi
}

# write_file PATH MODE < TEXT
write_file() {
  if [ "$DRY_RUN" = yes ]; then
    cat >/dev/null
    printf '  would write: %s\n' "$1"
  else
    (umask 077 && cat >"$1.new") && chmod "$2" "$1.new" && mv -f "$1.new" "$1"
  fi
}

is_staged() {
  [ -n "$ROOT" ]
}

has_systemd() {
  [ -d /run/systemd/system ]
}

require_root() {
  if is_staged || [ "$DRY_RUN" = yes ]; then return 0; fi
  [ "$(id -u)" -eq 0 ] || die "This needs root: run it with sudo, or stage it with --root DIR, or look first with --dry-run."
}

# Sets NODE to the absolute path of a Node that EyeNet runs on (install/node-version.mjs) and that a service can reach.
find_node() {
  versions=$SOURCE/install/node-version.mjs
  needed=$(sed -n "s/^export const NODE_NEEDED = '\(.*\)'\$/\1/p" "$versions")
  NODE=$(command -v node) ||
    die "There is no node on the PATH; EyeNet needs Node $needed. Debian's own is too old up to Debian 12: see nodejs.org."
  NODE=$(readlink -f "$NODE")
  "$NODE" "$versions" 2>/dev/null || die "EyeNet needs Node $needed; $NODE is $("$NODE" --version)."
  case $NODE in
    /root/* | /home/*)
      is_staged || die "$NODE lies in a home folder, which services cannot see; install Node for the whole machine (as root, for example from nodejs.org)."
      ;;
  esac
}

build_product() {
  if [ "$DRY_RUN" = yes ]; then
    printf '  would run: %s\n' "$NODE $SOURCE/install/build.mjs"
  else
    "$NODE" "$SOURCE/install/build.mjs" || die "The build failed; nothing was installed."
  fi
}

ensure_user() {
  if is_staged || getent passwd "$user" >/dev/null; then return 0; fi
  run useradd --system --user-group --no-create-home --home-dir "/var/lib/eyenet-$name" --shell /usr/sbin/nologin "$user"
}

# The new product is complete beside the old one before it takes its place.
install_product() {
  opt=$ROOT/opt/eyenet
  run mkdir -p "$opt/bin" "$ROOT/usr/local/bin" "$ROOT/etc/systemd/system"
  run "$NODE" "$SOURCE/install/copy-product.mjs" "$name" "$opt/$name.new"
  run chmod -R u=rwX,go=rX "$opt/$name.new"
  run rm -rf "$opt/$name.old"
  if [ -d "$opt/$name" ]; then run mv "$opt/$name" "$opt/$name.old"; fi
  run mv "$opt/$name.new" "$opt/$name"
  run rm -rf "$opt/$name.old"
  write_file "$opt/bin/eyenet-$name" 755 <<EOF
#!/bin/sh
exec "$NODE" "/opt/eyenet/$name/$name/bin/eyenet-$name.js" "\$@"
EOF
  run ln -sfn "/opt/eyenet/bin/eyenet-$name" "$ROOT/usr/local/bin/eyenet-$name"
  run install -m 644 "$SOURCE/systemd/eyenet-$name.service" "$ROOT/etc/systemd/system/eyenet-$name.service"
  run install -m 755 "$SOURCE/install/uninstall.sh" "$opt/uninstall.sh"
  run install -m 644 "$SOURCE/install/service-install.sh" "$opt/service-install.sh"
}

# own_config PATH: readable by its service, written only by root.
own_config() {
  if ! is_staged; then run chown "root:$user" "$1"; fi
}

# install_config FILE < TEXT: only where there is none yet.
install_config() {
  run mkdir -p "$ROOT/etc/eyenet"
  if [ -e "$ROOT/etc/eyenet/$1" ]; then
    cat >/dev/null
    say "Kept /etc/eyenet/$1 as it is."
  else
    write_file "$ROOT/etc/eyenet/$1" 640
    own_config "$ROOT/etc/eyenet/$1"
  fi
}

start_service() {
  if is_staged; then
    say "Staged below $ROOT; nothing was started."
  elif ! has_systemd && [ "$DRY_RUN" = no ]; then
    say "systemd does not run here, so nothing was started; by hand: /opt/eyenet/bin/eyenet-$name --help"
  else
    run systemctl daemon-reload
    run systemctl enable "eyenet-$name.service"
    run systemctl restart "eyenet-$name.service"
  fi
}

# next_value OPTION [VALUE]: refuses an option without its value.
next_value() {
  if [ $# -lt 2 ] || [ -z "$2" ]; then wrong_usage "$1 needs a value; --help shows all options."; fi
}

absolute_root() {
  case $1 in
    /*) printf '%s' "${1%/}" ;;
    *) printf '%s' "$PWD/${1%/}" ;;
  esac
}
