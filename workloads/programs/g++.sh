#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# g++.sh - a compiler on a file of templates; the assembly must be the same.
case $1 in
prepare)
	command -v g++ >/dev/null || exit 77
	cat >work.cc <<'CC'
#include <map>
#include <string>
#include <variant>
#include <vector>
template <int N> struct fib {
	static const int v = (fib<N - 1>::v + fib<N - 2>::v) % 9973;
};
template <> struct fib<0> { static const int v = 0; };
template <> struct fib<1> { static const int v = 1; };
std::map<std::string, std::vector<std::variant<int, std::string>>> m;
int f(std::string s)
{
	m[s].push_back(fib<400>::v);
	m[s].push_back(s + s);
	return std::get<0>(m[s][0]);
}
CC
	;;
run) exec g++ -O1 -S -o - work.cc ;;
esac
