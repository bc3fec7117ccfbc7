# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# bootstrap.sh - from a bare machine to a built tree; sourced, not run.
#
# Role:   finds what is missing, has the package manager install it (or prints
#         the line that root has to run), then autoreconf, configure and make in
#         a folder of their own, each only when it is needed.
# Gives:  al_bootstrap, which ends the script with exit code 3 when
#         the machine cannot be made ready; $al_build, $al_logs; al_say, al_fail.
# Needs:  a POSIX shell, coreutils, grep, sed, awk. Nothing is fetched but by the
#         package manager. Tried with apt-get on Debian 12; the names for dnf,
#         pacman and zypper are to the best of our knowledge.

# The caller sets al_top (the source tree) before it sources this file.
# A tree that was configured in place is used in place.
if [ -e "$al_top/config.status" ]; then
	al_build=${al_build:-$al_top}
else
	al_build=${al_build:-$al_top/build}
fi
al_logs=$al_build/log
PATH=$PATH:/usr/sbin:/sbin
unset MAKEFLAGS MFLAGS MAKELEVEL CDPATH

al_say() { printf 'allotrope: %s\n' "$*"; }

al_fail() # CODE WHAT...: one line, then the end
{
	al_code=$1
	shift
	printf 'allotrope: %s\n' "$*" >&2
	exit "$al_code"
}

# What is needed, one a line:
#   need | probe | apt | dnf | pacman | zypper | what for
# need:   generate (only where no configure script is there yet); build; compare
#         (allocators to compare with: done without when not to be had); ci (only
#         where al_ci is set, and done without as well).
# probe:  tool NAME, header NAME, library NAME (a glob over sonames).
# names:  "a b" is both, "a/b" the first that this release knows.
al_needs()
{
	cat <<-'END'
	build|tool cc|gcc libc6-dev|gcc glibc-devel|gcc|gcc glibc-devel|compiles
	build|tool make|make|make|make|make|builds
	generate|tool autoreconf|autoconf|autoconf|autoconf|autoconf|makes configure
	generate|tool automake|automake|automake|automake|automake|makes the Makefile
	build|tool pkg-config|pkg-config/pkgconf|pkgconf-pkg-config|pkgconf|pkgconf-pkg-config|finds libraries
	build|header jansson.h|libjansson-dev|jansson-devel|jansson|libjansson-devel|plans and samples (JSON)
	build|header zstd.h|libzstd-dev|libzstd-devel|zstd|libzstd-devel|packs traces
	build|header gsl/gsl_version.h|libgsl-dev|gsl-devel|gsl|gsl-devel|statistics
	build|header hwloc.h|libhwloc-dev|hwloc-devel|hwloc|hwloc-devel|binds threads
	build|header numaif.h|libnuma-dev|numactl-devel|numactl|libnuma-devel|page placement
	build|header papi.h|libpapi-dev|papi-devel|papi|papi-devel|event counters
	build|header cmocka.h|libcmocka-dev|libcmocka-devel|cmocka|libcmocka-devel|unit tests
	build|tool gnuplot|gnuplot-nox/gnuplot|gnuplot-minimal/gnuplot|gnuplot|gnuplot|figures
	compare|library libjemalloc.so.2|libjemalloc2|jemalloc|jemalloc|libjemalloc2|jemalloc, to compare with
	compare|library libmimalloc.so.*|libmimalloc2.0/libmimalloc3/libmimalloc2|mimalloc|mimalloc|libmimalloc2|mimalloc, to compare with
	compare|library libtcmalloc_minimal.so.4|libtcmalloc-minimal4t64/libtcmalloc-minimal4|gperftools-libs|gperftools|libtcmalloc_minimal4|tcmalloc, to compare with
	compare|library libtbbmalloc.so.2|libtbbmalloc2|tbb|onetbb|libtbbmalloc2|tbbmalloc, to compare with
	ci|tool xz|xz-utils|xz|xz|xz|packs the release
	ci|tool go|golang-go|golang|go|go|the real Go runtime, to agree with
	ci|tool valgrind|valgrind|valgrind|valgrind|valgrind|counts the fast paths' instructions
	ci|tool g++|g++|gcc-c++|gcc|gcc-c++|runs on every drop-in malloc
	ci|tool python3|python3|python3|python|python3|runs on every drop-in malloc
	ci|tool sqlite3|sqlite3|sqlite|sqlite|sqlite3|runs on every drop-in malloc
	ci|tool git|git|git|git|git|runs on every drop-in malloc
	ci|tool redis-server|redis-server|redis|redis|redis|runs on every drop-in malloc
	ci|tool clang-format|clang-format|clang-tools-extra|clang|clang|checks the format
	END
}

al_has() # KIND NAME: is it on this machine?
{
	case $1 in
	tool)
		[ "$2" != cc ] || set -- tool "${CC:-cc}"
		command -v "${2%% *}" >/dev/null 2>&1
		;;
	header)
		# $CC may carry options of its own, so it is split on purpose.
		# shellcheck disable=SC2086
		echo "#include <$2>" | ${CC:-cc} ${CPPFLAGS:-} -E - \
			>/dev/null 2>&1
		;;
	library)
		: "${al_libraries=$(ldconfig -p 2>/dev/null)}"
		# shellcheck disable=SC2254
		case $al_libraries in
		*[[:space:]]$2' ('*) return 0 ;;
		esac
		return 1
		;;
	esac
}

al_manager() # which package manager this machine has, or nothing
{
	for al_m in apt-get dnf pacman zypper; do
		if command -v $al_m >/dev/null 2>&1; then
			echo $al_m
			return
		fi
	done
}

# Which of two names this release uses: apt's lists say it, and where they are
# still empty the release does (the 64-bit time_t names came with Debian 13 and
# Ubuntu 24.04, mimalloc 3 with Debian 13).
al_apt_name() # NAME[/NAME...]
{
	for al_n in $(echo "$1" | tr / ' '); do
		if LC_ALL=C apt-cache policy "$al_n" 2>/dev/null |
			grep 'Candidate: [^(]' >/dev/null; then
			echo "$al_n"
			return
		fi
	done
	al_codename=$(. /etc/os-release 2>/dev/null &&
		echo "${VERSION_CODENAME:-}")
	case $1:$al_codename in
	*t64/*:bookworm | *t64/*:bullseye | *t64/*:jammy | *t64/*:focal)
		echo "${1##*/}" ;;
	libmimalloc*:trixie | libmimalloc*:forky | libmimalloc*:sid)
		echo libmimalloc3 ;;
	*) echo "${1%%/*}" ;;
	esac
}

# Sets al_required and al_optional (package names) and al_reasons (what for).
al_find_missing()
{
	al_required= al_optional= al_reasons=
	unset al_libraries
	al_mgr=$(al_manager)
	while IFS='|' read -r al_need al_probe al_apt al_dnf al_pac al_zyp al_why
	do
		case $al_need in
		generate) [ ! -e "$al_top/configure" ] || continue ;;
		ci) [ -n "${al_ci:-}" ] || continue ;;
		esac
		# shellcheck disable=SC2086
		al_has $al_probe && continue
		case $al_mgr in
		apt-get) al_names=$al_apt ;;
		dnf) al_names=${al_dnf%%/*} ;;
		pacman) al_names=$al_pac ;;
		zypper) al_names=$al_zyp ;;
		*) al_names=${al_probe#* } ;;
		esac
		case $al_mgr:$al_names in
		apt-get:*/*) al_names=$(al_apt_name "$al_names") ;;
		esac
		case $al_need in
		compare | ci) al_optional="$al_optional $al_names" ;;
		*) al_required="$al_required $al_names" ;;
		esac
		al_reasons="$al_reasons  $al_names ($al_why)
"
	done <<-END
	$(al_needs)
	END
}

al_install_line() # PACKAGE...: the line for root to run
{
	case $al_mgr in
	apt-get) echo "apt-get update && DEBIAN_FRONTEND=noninteractive" \
		"apt-get install -y --no-install-recommends $*" ;;
	dnf) echo "dnf install -y --setopt=install_weak_deps=False $*" ;;
	pacman) echo "pacman -S --needed --noconfirm $*" ;;
	zypper) echo "zypper --non-interactive install --no-recommends $*" ;;
	esac
}

al_apt() # apt-get's words: never asks, waits for another apt to finish
{
	$al_become env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l \
		apt-get -q -o DPkg::Lock::Timeout=300 "$@"
}

al_install() # PACKAGE...: as root, into the log
{
	al_log=$al_logs/packages.log
	case $al_mgr in
	apt-get) al_apt install -y --no-install-recommends "$@" ;;
	dnf) $al_become dnf install -y --setopt=install_weak_deps=False "$@" ;;
	pacman) $al_become pacman -S --needed --noconfirm "$@" ;;
	zypper) $al_become zypper --non-interactive install \
		--no-recommends "$@" ;;
	esac >>"$al_log" 2>&1 </dev/null
}

# Installs al_required and al_optional. What is optional never stops the rest.
al_install_missing()
{
	al_log=$al_logs/packages.log
	: >"$al_log"
	if [ "$al_mgr" = apt-get ]; then
		al_unknown=
		for al_p in $al_required $al_optional; do
			LC_ALL=C apt-cache policy "$al_p" 2>/dev/null |
				grep 'Candidate: [^(]' >/dev/null ||
				al_unknown="$al_unknown $al_p"
		done
		if [ -n "$al_unknown" ]; then
			al_say "reading the package lists (apt-get update)"
			al_apt update >>"$al_log" 2>&1 </dev/null || :
			al_find_missing # the lists know the right names
		fi
	fi
	al_say "installing with $al_mgr:"
	printf '%s' "$al_reasons"
	# shellcheck disable=SC2086
	al_install $al_required $al_optional && return
	if [ -n "$al_required" ]; then
		# shellcheck disable=SC2086
		al_install $al_required || {
			# Lists that are there but old name files that are gone.
			[ "$al_mgr" = apt-get ] &&
				al_apt update >>"$al_log" 2>&1 </dev/null
			al_install $al_required
		} || al_show_log 3 "packages could not be installed" "$al_log"
	fi
	for al_p in $al_optional; do
		al_install "$al_p" || al_say "not to be had here: $al_p"
	done
}

al_show_log() # CODE WHAT LOG: the end of a log, then the end
{
	printf 'allotrope: %s; the end of %s:\n' "$2" "$3" >&2
	tail -n 20 "$3" | sed 's/^/    /' >&2
	exit "$1"
}

al_packages() # makes sure that everything needed is there
{
	# A compiler that was asked for by name is not replaced by another one.
	# shellcheck disable=SC2086
	[ -z "${CC:-}" ] || echo "int x;" | $CC -E - >/dev/null 2>&1 ||
		al_fail 3 "CC=$CC: does not work; try another, or unset CC"
	al_find_missing
	[ -n "$al_required$al_optional" ] || return 0
	al_become=
	al_may=yes
	if [ "$(id -u)" != 0 ]; then
		if command -v sudo >/dev/null 2>&1 &&
			sudo -n true >/dev/null 2>&1; then
			al_become="sudo -n"
		else
			al_may=no
		fi
	fi
	if [ -z "$al_mgr" ]; then
		[ -z "$al_required" ] || al_fail 3 \
			"missing, and no known package manager:$al_required"
		al_may=no
	fi
	if [ "$al_may" = yes ]; then
		# Peers that could not be had before are not tried each time.
		if [ -z "$al_required" ] &&
			[ "$al_optional" = "$(cat "$al_logs/not-to-be-had" \
				2>/dev/null)" ]; then
			return 0
		fi
		al_install_missing
		al_find_missing
		printf '%s\n' "$al_optional" >"$al_logs/not-to-be-had"
		[ -z "$al_required" ] || al_show_log 3 \
			"still missing after the installation:$al_required" \
			"$al_logs/packages.log"
	elif [ -n "$al_required" ]; then
		# shellcheck disable=SC2086
		{
			echo "allotrope: packages are missing, and this user" \
				"may not install them; have root run this" \
				"line, then start again:"
			al_install_line $al_required $al_optional
		} >&2
		exit 3
	fi
	[ -z "$al_optional" ] || al_say \
		"not installed, so done without:$al_optional"
}

al_step() # NAME WHAT COMMAND...: one quiet step with its log
{
	al_name=$1
	[ -z "$2" ] || al_say "$2"
	shift 2
	"$@" >"$al_logs/$al_name.log" 2>&1 </dev/null ||
		al_show_log 3 "$al_name failed" "$al_logs/$al_name.log"
}

al_say_when_stale() # WHAT: if a source is newer than the last build
{
	[ -e "$al_logs/built" ] && [ -z "$(cd "$al_top" && find . \
		\( -name .git -o -name 'build*' -o -name results \) -prune \
		-o -type f -newer "$al_logs/built" -print)" ] || al_say "$1"
}

al_jobs() { nproc 2>/dev/null || echo 1; }

al_autoreconf() { (cd "$al_top" && autoreconf -fi); }
al_configure() { (cd "$al_build" && "$al_top/configure" -q); }
al_make() { make -C "$al_build" -s -j"$(al_jobs)" "$@"; }

al_lock() # two starts in one tree: the second waits, up to the end of set-up
{
	exec 9>"$al_logs/lock"
	command -v flock >/dev/null 2>&1 || return 0
	flock -n 9 || {
		al_say "waiting for another start in this tree"
		flock 9
	}
}

# A build folder is stale when it was never configured, was moved, or was
# configured before the test library was there.
al_configured()
{
	[ -e "$al_build/Makefile" ] && [ -e "$al_build/allotrope.paths" ] &&
		grep -qxF "srcdir=$al_top" "$al_build/allotrope.paths" &&
		grep -qF 'S["HAVE_CMOCKA_TRUE"]=""' "$al_build/config.status"
}

al_bootstrap() # all of it
{
	mkdir -p "$al_logs" 2>/dev/null ||
		al_fail 3 "$al_logs: cannot be made; is the tree read-only?"
	al_lock
	al_packages
	[ -e "$al_top/configure" ] ||
		al_step autoreconf "generating configure" al_autoreconf
	al_configured ||
		al_step configure "configuring in ${al_build#"$al_top/"}/" \
			al_configure
	al_say_when_stale "building"
	al_step make "" al_make
	: >"$al_logs/built"
	exec 9>&-
}
