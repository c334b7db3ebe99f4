#!/bin/sh
# The same as submit.py for those who have files and the tool: NDJSON in, refusals kept beside it, safe to run twice.
#
#     nightly.sh JOBS.ndjson
set -u
socket=${DUNLIN_SOCKET:-/run/dunlin/api.sock}
jobs=$1

dunlin --socket "$socket" submit "$jobs" 2>"$jobs.refused"
case $? in
  0) rm -f "$jobs.refused" ;;
  1) echo "some were refused: $jobs.refused" >&2; exit 1 ;; # the others are accepted and on disk
  3) echo "no daemon there: run it again later" >&2; exit 3 ;;
  *) cat "$jobs.refused" >&2; exit 2 ;;
esac
