#!/bin/sh
# Installs the EyeNet agent of this checkout as a systemd service, or brings an installed one up to date.
set -eu
SOURCE=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=install/service-install.sh
. "$SOURCE/install/service-install.sh"

name=agent
user=eyenet-agent
DRY_RUN=no
ROOT=
SERVER=
TOKEN_FILE=

usage() {
  cat <<'EOF'
Usage: install/install-agent.sh --server URL --token-file FILE [options]

Installs the EyeNet agent: the product in /opt/eyenet/agent, its settings in /etc/eyenet/agent.yaml, its data in
/var/lib/eyenet-agent, a service eyenet-agent of its own user with the right to raw sockets and no other. Run it again
without --server to bring it up to date: settings, identity and data stay.

  --server URL       the server's page, such as https://eyenet.example.net
  --token-file FILE  file with the enrolment token that the page shows under Agents (- reads it from standard input)
  --dry-run          show what would be done, and do nothing
  --root DIR         stage below DIR: files only, no user, nothing started
  --help             show this text
EOF
}

while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) DRY_RUN=yes ;;
    --root | --server | --token-file)
      next_value "$@"
      case $1 in
        --root) ROOT=$(absolute_root "$2") ;;
        --server) SERVER=$2 ;;
        --token-file) TOKEN_FILE=$2 ;;
      esac
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

# Sets TOKEN; both values are checked here because they are written into JSON.
read_enrolment() {
  if [ -z "$SERVER" ] || [ -z "$TOKEN_FILE" ]; then
    wrong_usage "A new agent needs --server URL and --token-file FILE, so that it can join a server."
  fi
  case $SERVER in
    *[!A-Za-z0-9.:/_~%@\[\]-]*) wrong_usage "--server $SERVER is no URL such as https://eyenet.example.net" ;;
    http://?* | https://?*) ;;
    *) wrong_usage "--server $SERVER is no URL such as https://eyenet.example.net" ;;
  esac
  if [ "$TOKEN_FILE" = - ]; then
    TOKEN=$(cat)
  else
    TOKEN=$(cat "$TOKEN_FILE") || die "The token file $TOKEN_FILE cannot be read."
  fi
  case $TOKEN in
    '' | *[!A-Za-z0-9._~+/=-]*) die "What $TOKEN_FILE holds is no enrolment token; make one under Agents in the page." ;;
  esac
}

write_enrolment() {
  run mkdir -p "$ROOT/etc/eyenet"
  write_file "$ROOT/etc/eyenet/enrolment.json" 640 <<EOF
{ "serverUrl": "$SERVER", "token": "$TOKEN" }
EOF
  own_config "$ROOT/etc/eyenet/enrolment.json"
}

require_root
joins=no
if [ -n "$SERVER$TOKEN_FILE" ] || [ ! -e "$ROOT/etc/eyenet/enrolment.json" ]; then
  joins=yes
  read_enrolment
fi
find_node
build_product
ensure_user
install_product
if [ "$joins" = yes ]; then write_enrolment; fi
install_config agent.yaml <<'EOF'
# Settings of the EyeNet agent; config.example.yaml in the source documents every one. Devices are added here or in the page.
# After a change: eyenet-agent config check /etc/eyenet/agent.yaml && systemctl reload eyenet-agent
agent:
  targets: []
EOF
start_service
if ! is_staged && [ "$DRY_RUN" = no ]; then
  say "The EyeNet agent is installed. How it does: journalctl -u eyenet-agent -n 20"
fi
