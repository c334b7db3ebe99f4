#!/bin/sh
# What a bookkeeping system says when money moves, with curl alone.
#
#     payments.sh paid ACCOUNT [INVOICE]
#     payments.sh part ACCOUNT INVOICE PAYMENT-ID AMOUNT CURRENCY
#     payments.sh reversed ACCOUNT [INVOICE]
#
# Exit 0: it is on disk, and nothing that it covers is sent any more. Anything else: say it again, that does no harm.
set -eu
socket=${DUNLIN_SOCKET:-/run/dunlin/api.sock}

quoted() { # a JSON string of anything
  printf '%s' "$1" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e '1s/^/"/' -e '$s/$/"/'
}

[ $# -ge 2 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
what=$1 account=$(quoted "$2") invoice=${3:-}
body="{\"account\":$account"
[ -z "$invoice" ] || body="$body,\"invoice\":$(quoted "$invoice")"
case $what in
  paid) ;;
  part) body="$body,\"id\":$(quoted "$4"),\"amount\":$(quoted "$5"),\"currency\":$(quoted "$6")" ;;
  reversed) body="$body,\"reversed\":true" ;;
  *) echo "paid, part or reversed, not $what" >&2; exit 2 ;;
esac

# --fail-with-body lets a refusal be read, and still fails.
curl --silent --show-error --fail-with-body --retry 5 --retry-connrefused --unix-socket "$socket" \
  -H 'Content-Type: application/json' -d "$body}" http://localhost/v1/payments
