#!/bin/sh
# Removes what install-server.sh and install-agent.sh installed. Settings and data stay, unless --purge is given.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=install/service-install.sh
. "$HERE/service-install.sh"

DRY_RUN=no
ROOT=
PURGE=no
SIDES="agent server"

usage() {
  cat <<'EOF'
Usage: uninstall.sh [options]

Stops and removes the EyeNet server and agent of this machine. Settings (/etc/eyenet) and data (/var/lib/eyenet-*) stay.

  --only SIDE  remove only the agent, or only the server
  --purge      remove settings, data and users too; they cannot be brought back
  --dry-run    show what would be done, and do nothing
  --root DIR   what was staged below DIR
  --help       show this text
EOF
}

while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) DRY_RUN=yes ;;
    --purge) PURGE=yes ;;
    --only)
      next_value "$@"
      case $2 in
        agent | server) SIDES=$2 ;;
        *) wrong_usage "--only $2 is neither agent nor server." ;;
      esac
      shift
      ;;
    --root)
      next_value "$@"
      ROOT=$(absolute_root "$2")
      shift
      ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) wrong_usage "There is no option $1; --help shows all options." ;;
  esac
  shift
done

remove_side() {
  unit=$ROOT/etc/systemd/system/eyenet-$name.service
  if ! is_staged && has_systemd && [ -e "$unit" ]; then run systemctl disable --now "eyenet-$name.service"; fi
  run rm -rf "$unit" "$ROOT/usr/local/bin/eyenet-$name" "$ROOT/opt/eyenet/bin/eyenet-$name" "$ROOT/opt/eyenet/$name"
  if [ "$PURGE" = yes ]; then purge_side; fi
}

purge_side() {
  run rm -rf "$ROOT/var/lib/eyenet-$name" "$ROOT/etc/eyenet/$name.yaml"
  if [ "$name" = agent ]; then run rm -f "$ROOT/etc/eyenet/enrolment.json"; fi
  if ! is_staged && getent passwd "$user" >/dev/null; then run userdel "$user"; fi
}

# Folders that both sides use go with the last of them.
remove_shared() {
  if [ -e "$ROOT/opt/eyenet/agent" ] || [ -e "$ROOT/opt/eyenet/server" ]; then return 0; fi
  run rm -rf "$ROOT/opt/eyenet"
  if [ "$PURGE" = yes ] && [ -d "$ROOT/etc/eyenet" ]; then run rmdir --ignore-fail-on-non-empty "$ROOT/etc/eyenet"; fi
}

require_root
for name in $SIDES; do
  if [ "$name" = server ]; then user=eyenet; else user=eyenet-agent; fi
  remove_side
done
remove_shared
if ! is_staged && has_systemd; then run systemctl daemon-reload; fi
if [ "$PURGE" = no ]; then say "EyeNet is removed. Settings and data are still in /etc/eyenet and /var/lib/eyenet-*; --purge removes them too."; fi
