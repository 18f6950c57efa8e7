# Finds a JDK of version 25 or later and exports JAVA_HOME. Sourced by ./mvnw and ./treadle, plain sh.
# The one that is set wins if it is new enough; then PATH; then the usual places of each system.
# Wanted version: one number, here and in pom.xml's enforcer rule.
TREADLE_JDK=25

# Prints the major version of the JDK in $1, or nothing. Reads its `release` file: no process is started.
jdk_major() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  while IFS= read -r line; do
    case "$line" in
      JAVA_VERSION=*)
        line=${line#JAVA_VERSION=\"}
        line=${line%%[!0-9]*}
        printf '%s' "$line"
        return 0
        ;;
    esac
  done <"$1/release"
}

find_jdk() {
  on_path=$(command -v javac 2>/dev/null) || on_path=
  # A link such as /usr/bin/javac leads to the JDK's own folder.
  [ -z "$on_path" ] || on_path=$(readlink -f "$on_path" 2>/dev/null || printf '%s' "$on_path")
  on_path=${on_path%/bin/javac}
  case $- in *f*) noglob=yes ;; *) noglob= ;; esac
  set +f
  for jdk in "${JAVA_HOME:-}" "${JDK_HOME:-}" "$on_path" \
    /usr/lib/jvm/*25* /usr/lib/jvm/* /usr/lib64/jvm/* /opt/java/* /opt/jdk* /opt/jvm/* /usr/java/* /usr/local/jdk* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/* "$HOME"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /home/linuxbrew/.linuxbrew/opt/openjdk*/libexec; do
    [ -n "$jdk" ] || continue
    major=$(jdk_major "$jdk")
    if [ -n "$major" ] && [ "$major" -ge "$TREADLE_JDK" ]; then
      JAVA_HOME=$jdk
      export JAVA_HOME
      [ -z "$noglob" ] || set -f
      return 0
    fi
  done
  [ -z "$noglob" ] || set -f
  echo "Treadle needs a JDK $TREADLE_JDK or later and found none: install one (Debian, Ubuntu: apt install openjdk-$TREADLE_JDK-jdk; macOS: brew install openjdk; any: https://adoptium.net) or set JAVA_HOME to it." >&2
  return 1
}

find_jdk || exit 1
