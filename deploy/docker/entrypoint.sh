#!/usr/bin/env bash
# Starts Sigyn in its container. Flags of Loki are taken as they are; a verb (query, push, inspect ...) runs that verb.
set -euo pipefail

case "${1:-}" in
    "" | -*) ;;
    *) exec /opt/sigyn/bin/sigyn "$@" ;;
esac

flags=("$@")
given() { # whether a flag of this name is among the arguments, in any of Loki's spellings
    local flag
    for flag in "${flags[@]}"; do
        case "$flag" in "-$1" | "--$1" | "-$1="* | "--$1="*) return 0 ;; esac
    done
    return 1
}

# A neighbour called loki keeps the logs, so this container is the dashboards: a compose file of Loki and Grafana in
# which only the images changed does the right thing.
if [ $# = 0 ]; then
    neighbour=$(getent ahostsv4 loki | awk 'NR == 1 {print $1}' || true)
    if [ -n "$neighbour" ] && ! hostname -I | tr ' ' '\n' | grep -qxF "$neighbour"; then
        flags+=(-target=dashboards)
    fi
fi
given config.file || flags+=(-config.file=/etc/loki/local-config.yaml)

exec /opt/sigyn/bin/sigyn server "${flags[@]}"
