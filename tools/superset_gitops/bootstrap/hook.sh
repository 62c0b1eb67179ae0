#!/bin/sh
# Owns starting a hook, `hook.sh ID [FILE …]`: with the Python that an earlier hook noted in the cache, else with the one
# on PATH, which may be a version manager's slow shim. Five hooks of one commit start here: nothing else is done.
here=${0%/*}
cache=${HYBRID_CACHE_DIR-}
if [ -z "$cache" ]; then
    for cache in "${XDG_CACHE_HOME:-/nowhere}/superset-gitops" "${HOME-}/.cache/superset-gitops" \
        "${HOME-}/Library/Caches/superset-gitops" /var/cache/superset-gitops /Library/Caches/superset-gitops; do
        [ -x "$cache/python-of-hooks" ] && break
    done
fi
python=$cache/python-of-hooks
[ -x "$python" ] || python=python3
exec "$python" -S -E "$here/../cli/start_hook.py" "$@"
