#!/bin/bash
# shop.sh start|stop|status [NUMBER] [PROGRAM…]: a simulated mill and its operator, in the background.
#
# Number 7 unless told otherwise: its text protocol is on port 5200 + NUMBER, as `./run --linuxcnc`
# expects. Needs linuxcnc-uspace (tools/install linuxcnc). Stops within a second, all of it.
# HEED_SHOP_HURRY=10 makes the operator ten times as quick; the machine keeps its own pace.
set -euo pipefail
action=${1:?"usage: shop.sh start|stop|status [NUMBER] [PROGRAM…]"}
number=${2:-7}
shift $(($# < 2 ? $# : 2))
here=$(cd "$(dirname "$0")" && pwd)
state=${TMPDIR:-/tmp}/heed-shop
port=$((5200 + number))

# The process that a file of ours names, if it is alive and still ours.
alive() {
  local pid
  pid=$(cat "$state/$number.$1.pid" 2>/dev/null) || return 1
  tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q "$2" || return 1
  echo "$pid"
}

begin() { # begin NAME COMMAND…
  local name=$1
  shift
  setsid "$@" >"$state/$number.$name.log" 2>&1 </dev/null &
  echo $! >"$state/$number.$name.pid"
}

end() { # end NAME PATTERN
  local pid
  pid=$(alive "$1" "$2") && kill -TERM "$pid"
  while alive "$1" "$2" >/dev/null; do sleep 0.1; done
  rm -f "$state/$number.$1.pid"
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

start() {
  mkdir -p "$state"
  if alive mill mill.sh >/dev/null; then
    echo "mill $number is running already"
    return
  fi
  [ $# -gt 0 ] || set -- dial.ngc bracket.ngc plate.ngc
  begin mill "$here/mill.sh" "$number" "$state"
  for _ in $(seq 300); do
    answers && break
    alive mill mill.sh >/dev/null || break
    sleep 0.1
  done
  answers || {
    cat "$state/$number.mill.log" >&2
    echo "shop.sh: mill $number did not start; its log is $state/$number/log" >&2
    stop
    exit 1
  }
  begin operator python3 "$here/drive.py" "$port" "$@" --count "$state/$number/parts" \
    --hurry "${HEED_SHOP_HURRY:-1}"
  echo "mill $number works; linuxcncrsh answers on 127.0.0.1:$port"
}

stop() {
  end operator drive.py
  end mill mill.sh
}

case $action in
  start) start "$@" ;;
  stop) stop ;;
  status) alive mill mill.sh >/dev/null && echo "mill $number is running" ;;
  *) echo "shop.sh does not know $action" >&2; exit 2 ;;
esac
