#!/bin/sh
# Runs, asks and stops the Sluice gateway: "gateway.sh help" says how, docs/cli.md says more.
#
# It finds its own folder and a Java and hands everything else to the program in lib/.
# Exit codes: 0 done, 1 did not work, 2 wrong use, 3 not running, 4 no usable Java.
set -u

say() { printf 'gateway.sh: %s\n' "$*" >&2; }

# Where this script really is, also when it was called through symbolic links.
self=$0
while [ -h "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
home=$(CDPATH='' cd -P "$(dirname "$self")" && pwd) || exit 1
logs=${SLUICE_LOGS:-$home/logs}
case $home in
  *:*)
    say "the gateway is in $home, but Java takes the colon in that for the end of a folder's name." \
      "Move it to a folder without a colon."
    exit 1
    ;;
esac

# JAVA_HOME is its owner's decision: when it is wrong, no other Java is taken behind their back.
find_java() {
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    if [ ! -x "$java" ]; then
      say "JAVA_HOME is $JAVA_HOME, but there is no program bin/java in it." \
        "Set JAVA_HOME to a Java 17 or later, or unset it to use the java on PATH."
      exit 4
    fi
  elif ! java=$(command -v java); then
    say "there is no java on PATH, and JAVA_HOME is not set." \
      "Install a Java 17 or later (a JRE is enough), or set JAVA_HOME to one."
    exit 4
  fi

  # The file "release" answers at once; asking the program itself starts a whole JVM.
  version=
  real=$(readlink -f "$java" 2>/dev/null) || real=$java
  release=$(dirname "$(dirname "$real")")/release
  if [ -r "$release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\([^"]*\)".*/\1/p' "$release")
  fi
  if [ -z "$version" ]; then
    version=$("$java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p' | head -n 1)
  fi
  major=${version#1.} # Java 8 calls itself 1.8
  major=${major%%[!0-9]*}
  if [ -z "$major" ]; then
    say "$java does not say which version it is. Set JAVA_HOME to a Java 17 or later."
    exit 4
  fi
  if [ "$major" -lt 17 ]; then
    say "$java is Java $version, but 17 or later is needed. Set JAVA_HOME to one."
    exit 4
  fi
}

# Flags for every JVM of ours, none with a blank in it. Java 17 takes the encoding from the locale,
# which a service often lacks; perf data is a mapped file in /tmp, and a full /tmp would then kill
# the JVM. Netty reaches for memory and native code on purpose, and newer Javas warn about that.
common_flags() {
  printf '%s ' -Dfile.encoding=UTF-8 -XX:-UsePerfData
  if [ "$major" -ge 24 ]; then
    printf '%s ' --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
  fi
}

# A gateway that has run out of memory is better restarted than half alive.
gateway_flags() { printf '%s ' -XX:+ExitOnOutOfMemoryError; }

# A verb that asks and goes: quick to start, small.
verb_flags() { printf '%s ' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx128m; }

# The logs must have a place before there is anything to log.
need_logs() {
  if ! mkdir -p "$logs" 2>/dev/null || [ ! -w "$logs" ]; then
    say "cannot write logs into $logs." \
      "Let this user write there, or set SLUICE_LOGS to another folder."
    exit 1
  fi
}

# gateway CLASSPATH MAIN ARGUMENT...: becomes a JVM that serves. The flags are split into words on
# purpose, and those of the user come last, so that they win.
gateway() {
  path=$1
  shift
  # shellcheck disable=SC2046,SC2086
  exec ${detach:-} "$java" $(common_flags) $(gateway_flags) "-Dsluice.home=$home" "-Dsluice.logs=$logs" \
    "-Dlog4j2.configurationFile=${SLUICE_LOG_CONFIG:-$home/conf/log4j2.xml}" \
    ${SLUICE_JAVA_OPTS:-} -cp "$path" "$@"
}

# verb ARGUMENT...: becomes a JVM that answers. It leaves the gateway's log files alone.
verb() {
  # shellcheck disable=SC2046,SC2086
  exec "$java" $(common_flags) $(verb_flags) "-Dsluice.home=$home" "-Dsluice.logs=$logs" \
    -Dlog4j2.configurationFile=classpath:sluice/core/cli/verbs-log4j2.xml \
    -cp "$home/lib/*" sluice.core.cli.Main "$@"
}

# Starts the gateway in the background and waits until it listens or has failed. What it prints
# goes to gateway.out (appended, as another gateway may have it open), and from there to the user.
start() {
  out=$logs/gateway.out
  ready=$logs/.ready.$$
  : >>"$out" || exit 1
  from=$(($(wc -c <"$out") + 1))
  trap 'rm -f "$ready"' EXIT
  trap 'exit 1' HUP INT TERM

  # It outlives the terminal: in a session of its own, or else by not hearing of the hang-up.
  (
    if ! detach=$(command -v setsid); then
      trap '' HUP
    fi
    export SLUICE_CONSOLE=off
    gateway "$home/lib/*" sluice.core.cli.Main run --ready-file "$ready" "$@"
  ) </dev/null >>"$out" 2>&1 &
  pid=$!

  tenths=0
  while [ ! -e "$ready" ] && kill -0 "$pid" 2>/dev/null; do
    if [ "$tenths" -ge 600 ]; then
      say "it does not listen after 60 s, so it is stopped again. See $logs/gateway.log and $out."
      kill "$pid"
      exit 1
    fi
    sleep 0.1
    tenths=$((tenths + 1))
  done
  tail -c "+$from" "$out"
  if [ ! -e "$ready" ]; then
    wait "$pid"
    code=$?
    say "it did not start."
    [ "$code" -ne 0 ] || code=1
    exit "$code"
  fi
}

case ${1:-help} in
  run)
    find_java
    need_logs
    gateway "$home/lib/*" sluice.core.cli.Main "$@"
    ;;
  start)
    find_java
    shift
    case ${1:-} in
      -h | --help) verb start --help ;;
    esac
    need_logs
    start "$@"
    ;;
  demo)
    find_java
    shift
    # It may be looked at by someone who may not write here.
    logs=$logs/demo
    if ! mkdir -p "$logs" 2>/dev/null || [ ! -w "$logs" ]; then
      logs=$(mktemp -d) || exit 1
    fi
    export SLUICE_CONSOLE="${SLUICE_CONSOLE:-off}"
    gateway "$home/lib/*:$home/lib/demo/*" sluice.testkit.demo.Demo "$@"
    ;;
  help | -h | --help)
    find_java
    [ $# -eq 0 ] || shift
    verb help "$@"
    ;;
  *)
    find_java
    verb "$@"
    ;;
esac
