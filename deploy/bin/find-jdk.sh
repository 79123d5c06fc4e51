# Sourced: find_jdk sets JAVA_HOME to a JDK 25 or newer, or says how to get one and exits with 3.

jdk_at_least_25() {
    [ -x "$1/bin/java" ] && [ -e "$1/release" ] || return 1
    local version
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
    [ -n "$version" ] && [ "$version" -ge 25 ]
}

find_jdk() {
    local candidate on_path=
    if command -v java >/dev/null 2>&1; then
        on_path=$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")
    fi
    for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/*25* /usr/lib/jvm/* /opt/*jdk*25* "$HOME"/.sdkman/candidates/java/25* \
        "$HOME"/.jdks/*25* /Library/Java/JavaVirtualMachines/*25*/Contents/Home /opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home; do
        if [ -n "$candidate" ] && jdk_at_least_25 "$candidate"; then
            export JAVA_HOME=$candidate
            return
        fi
    done
    cat >&2 <<'TEXT'
Sigyn needs a JDK 25 and found none in JAVA_HOME, on the PATH or in the usual folders.
  Debian 13, Ubuntu 25.10: sudo apt-get install openjdk-25-jdk-headless
  Fedora, RHEL:            sudo dnf install java-25-openjdk-devel
  macOS:                   brew install openjdk@25
  anything with SDKMAN:    sdk install java 25-tem
TEXT
    exit 3
}
