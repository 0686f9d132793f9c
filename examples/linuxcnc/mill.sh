#!/bin/bash
# mill.sh NUMBER [DIRECTORY]: one simulated mill, in the foreground until it is told to end.
#
# A real LinuxCNC (Debian's linuxcnc-uspace) without X and without real time: a three-axis metric
# mill with homing, limits and a tool changer. Its text protocol is on TCP port 5200 + NUMBER.
# Three things must be known (docs of the package do not say them):
#  - the real-time part refuses to run as root, so root becomes the user `cnc` first;
#  - a second LinuxCNC ends the first one by name, so each has its own PID, IPC and mount namespace;
#  - LinuxCNC ends when its display does, and linuxcncrsh can be crashed by asking it for the
#    spindle, so the display is a script that restarts linuxcncrsh.
# Both servers listen on every address and their passwords are public: a host that others can
# reach needs a firewall before it.
set -euo pipefail
number=${1:?"usage: mill.sh NUMBER [DIRECTORY]"}
directory=${2:-${TMPDIR:-/tmp}/heed-mill}/$number
samples=/usr/share/doc/linuxcnc/examples/sample-configs/sim/axis
programs=$(cd "$(dirname "$0")" && pwd)

command -v linuxcnc >/dev/null || {
  echo "mill.sh: LinuxCNC is missing; apt-get install --no-install-recommends linuxcnc-uspace" >&2
  exit 69
}

mkdir -p "$directory/programs"
cp "$samples/sim_mm.tbl" "$directory/"
cp "$programs"/*.ngc "$directory/programs/"
sed -e 's#^DISPLAY = .*#DISPLAY = /mnt/display#' -e '/axis_manualtoolchange.hal/d' \
  -e '/^INTRO_/d' -e 's#^PROGRAM_PREFIX = .*#PROGRAM_PREFIX = /mnt/programs#' \
  -e 's#^\[EMC\]#[EMC]\nNML_FILE = /mnt/mill.nml#' "$samples/axis_mm.ini" >"$directory/mill.ini"
sed "s/TCP=5005/TCP=$((5100 + number))/" /usr/share/linuxcnc/linuxcnc.nml >"$directory/mill.nml"
cat >"$directory/display" <<END
#!/bin/bash
while :; do
  linuxcncrsh -p $((5200 + number)) -n MILL$number -- -ini /mnt/mill.ini >>/mnt/rsh.log 2>&1 || true
  sleep 1
done
END
chmod +x "$directory/display"

inside="mount --bind '$directory' /mnt && mount -t tmpfs none /tmp && chmod 1777 /tmp && cd /mnt"
run="env -u DISPLAY HOME=/mnt linuxcnc -r ./mill.ini"
if [ "$(id -u)" = 0 ]; then
  id cnc >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin cnc
  chown -R cnc "$directory"
  namespaces=(--ipc --pid --fork --mount --mount-proc)
  run="exec runuser -u cnc -- $run"
else
  # An ordinary user owns namespaces inside one of its own; there it needs CAP_SYS_ADMIN to mount.
  namespaces=(--user --map-current-user --keep-caps --ipc --pid --fork --mount --mount-proc)
  run="exec $run"
fi

unshare "${namespaces[@]}" --kill-child bash -c "$inside && $run" \
  </dev/null >"$directory/log" 2>&1 &
mill=$!
# unshare ignores TERM; killed, it takes everything in its PID namespace along.
trap 'kill -KILL $mill 2>/dev/null; wait $mill 2>/dev/null; exit 0' INT TERM EXIT
echo "mill $number: linuxcncrsh on port $((5200 + number)), log $directory/log"
wait $mill
