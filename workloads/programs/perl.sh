#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# perl.sh - hashes of strings, sorted, split and joined.
case $1 in
prepare)
	command -v perl >/dev/null || exit 77
	cat >work.pl <<'PL'
use strict;
my ($seed, %count, @line) = (1);
sub draw { $seed = ($seed * 1103515245 + 12345) % 2147483648; int($seed / 65536) % $_[0] }
for my $i (1 .. 40000) {
	my @words = map { "w" . draw(3000) } 1 .. 4;
	$count{$_}++ for @words;
	push @line, join " ", @words;
}
my @top = sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count;
my $text = join "\n", sort @line;
$text =~ s/w(\d)(\d*)/$2$1/g;
my %seen; $seen{$_}++ for split /\s+/, $text;
print scalar(@top), " $top[0] $top[-1] ", length($text), " ", scalar(keys %seen), "\n";
PL
	;;
run) PERL_HASH_SEED=0 exec perl work.pl ;;
esac
