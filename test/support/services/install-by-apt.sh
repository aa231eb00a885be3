#!/bin/sh
# Installs Debian packages for their programs alone: no service of them starts, now or at the next boot, and Postgres
# makes no cluster. Safe when two run at once. What it changes on the system for that moment it puts back, and what a
# SIGKILL may leave of it does nothing. Says nothing unless it fails: then the end of apt's own words.
#
# Arguments: the packages.
# ROOT: a folder that stands for /, for tests; empty otherwise.
set -u
root="${ROOT:-}"
policy="$root/usr/sbin/policy-rc.d"
saved="$policy.before-matching-tests"
cluster_settings="$root/etc/postgresql-common/createcluster.d"
no_cluster="$cluster_settings/matching-tests.conf"
log=$(mktemp) || exit 1
policy_is_ours=no
folders_are_ours=no

is_there() { [ -e "$1" ] || [ -L "$1" ]; }

finish() {
  status=$?
  if [ "$policy_is_ours" = yes ]; then
    rm -f "$policy"
    if is_there "$saved"; then mv -f "$saved" "$policy"; fi
  fi
  rm -f "$no_cluster"
  if [ "$folders_are_ours" = yes ]; then rmdir "$cluster_settings" "${cluster_settings%/*}" 2>/dev/null; fi
  if [ "$status" -ne 0 ]; then tail -n 15 "$log"; fi
  rm -f "$log"
  exit "$status"
}
trap finish EXIT
trap 'exit 143' TERM
# The caller may be gone before this is done: apt must not notice.
trap '' PIPE HUP INT

# A folder can be locked as well as a file, and nothing of it stays behind.
exec 9<"$root/usr/sbin"
flock --timeout 900 9 || exit 1

is_installed() { dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>>"$log" | grep -qx installed; }

wanted=''
for package in "$@"; do is_installed "$package" || wanted="$wanted $package"; done
if [ -z "$wanted" ]; then exit 0; fi

# 101 is "action not allowed" (invoke-rc.d(8)). Where that is the machine's policy already, as in most images, it stays.
# Once this process has gone, the policy that stood here before counts again, even if nobody put it back.
answer=0
if [ -x "$policy" ]; then "$policy" redis-server start >>"$log" 2>&1 || answer=$?; fi
if [ "$answer" -ne 101 ]; then
  policy_is_ours=yes
  if grep -qs matching-tests "$policy"; then rm -f "$policy"; fi
  if is_there "$policy"; then mv -f "$policy" "$saved"; fi
  cat >"$policy" <<EOF
#!/bin/sh
# Put here for a moment by matching-tests.
if kill -0 $$ 2>/dev/null; then exit 101; fi
if [ -x '$saved' ]; then exec '$saved' "\$@"; fi
exit 0
EOF
  chmod 755 "$policy"
fi

case "$wanted" in
  *postgresql*)
    if ! [ -d "$cluster_settings" ]; then folders_are_ours=yes; fi
    mkdir -p "$cluster_settings"
    echo 'create_main_cluster = off' >"$no_cluster"
    ;;
esac

export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 APT_LISTCHANGES_FRONTEND=none
quietly() { "$@" </dev/null >>"$log" 2>&1 9<&-; }
install() {
  # shellcheck disable=SC2086
  quietly apt-get install --yes --no-install-recommends -o DPkg::Lock::Timeout=600 \
    -o Dpkg::Options::=--force-confold $wanted
}

# The lists of packages may be absent or too old.
install || { quietly apt-get update && install; } || exit 1

for package in $wanted; do
  if command -v systemctl >/dev/null; then quietly systemctl disable "$package"
  elif command -v update-rc.d >/dev/null; then quietly update-rc.d "$package" disable; fi
done
exit 0
