# shellcheck shell=sh
# Finds a JDK of version 25 or later and exports JAVA_HOME. Sourced by ./mvnw and ./treadle, plain sh.
# The one that is set wins if it is new enough; then PATH; then the usual places of each system, or the
# folders in TREADLE_JDKS, parted by colons, if that is set.
# Wanted version: one number, here and in pom.xml's enforcer rule.
TREADLE_JDK=25

# Succeeds if $1 is a JDK that is new enough. Reads its `release` file: no process is started.
is_jdk() {
  [ -n "$1" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line; do
    case "$line" in
      JAVA_VERSION=*)
        line=${line#JAVA_VERSION=\"}
        line=${line%%[!0-9]*}
        [ -n "$line" ] && [ "$line" -ge "$TREADLE_JDK" ]
        return
        ;;
    esac
  done <"$1/release"
  return 1
}

# The JDK of the javac on the path; a link such as /usr/bin/javac leads to the JDK's own folder.
jdk_on_path() {
  found=$(command -v javac 2>/dev/null) || found=
  [ -z "$found" ] || found=$(readlink -f "$found" 2>/dev/null || printf '%s' "$found")
  found=${found%/bin/javac}
}

# The first JDK among the arguments that is new enough.
first_jdk() {
  for found in "$@"; do
    ! is_jdk "$found" || return 0
  done
  found=
  return 1
}

find_jdk() {
  found=${JAVA_HOME:-}
  ! is_jdk "$found" || return 0
  found=${JDK_HOME:-}
  ! is_jdk "$found" || return 0
  jdk_on_path
  ! is_jdk "$found" || return 0
  case $- in *f*) noglob=yes ;; *) noglob= ;; esac
  if [ -n "${TREADLE_JDKS+set}" ]; then
    set -f
    old_ifs=$IFS
    IFS=:
    # shellcheck disable=SC2086 # parted at colons
    set -- $TREADLE_JDKS
    IFS=$old_ifs
  else
    set +f
    set -- /usr/lib/jvm/*25* /usr/lib/jvm/* /usr/lib64/jvm/* /opt/java/* /opt/jdk* /opt/jvm/* /usr/java/* /usr/local/jdk* \
      "${HOME:-/}"/.sdkman/candidates/java/* "${HOME:-/}"/.jdks/* "${HOME:-/}"/.asdf/installs/java/* \
      "${HOME:-/}"/.local/share/mise/installs/java/* \
      /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-/}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
      /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /home/linuxbrew/.linuxbrew/opt/openjdk*/libexec
  fi
  if [ -n "$noglob" ]; then set -f; else set +f; fi
  first_jdk "$@"
}

if find_jdk; then
  JAVA_HOME=$found
  export JAVA_HOME
else
  echo "Treadle needs a JDK $TREADLE_JDK or later and found none: install one (Debian, Ubuntu: apt install openjdk-$TREADLE_JDK-jdk; macOS: brew install openjdk; any: https://adoptium.net) or set JAVA_HOME to it." >&2
  exit 1
fi
