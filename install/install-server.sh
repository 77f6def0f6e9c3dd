#!/bin/sh
# Installs the EyeNet server of this checkout as a systemd service, or brings an installed one up to date.
set -eu
SOURCE=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=install/service-install.sh
. "$SOURCE/install/service-install.sh"

name=server
user=eyenet
DRY_RUN=no
ROOT=

usage() {
  cat <<'EOF'
Usage: install/install-server.sh [options]

Installs the EyeNet server: the product in /opt/eyenet/server, its settings in /etc/eyenet/server.yaml, its data in
/var/lib/eyenet-server, a service eyenet-server of its own user. Run it again to bring it up to date: settings and data stay.

  --dry-run    show what would be done, and do nothing
  --root DIR   stage below DIR: files only, no user, nothing started
  --help       show this text
EOF
}

while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) DRY_RUN=yes ;;
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

require_root
find_node
build_product
ensure_user
install_product
install_config server.yaml <<'EOF'
# Settings of the EyeNet server; config.example.yaml in the source documents every one.
# After a change: eyenet-server config check /etc/eyenet/server.yaml && systemctl reload eyenet-server
server:
  # 0.0.0.0 serves the whole network, by TLS: see docs/operations/agents.md for names and certificates of your own.
  listen: 127.0.0.1:8080
  mqtt:
    listen: 127.0.0.1:1883
EOF
start_service
if ! is_staged && [ "$DRY_RUN" = no ]; then
  say "The EyeNet server is installed. Its page and the setup code: journalctl -u eyenet-server -n 20"
fi
