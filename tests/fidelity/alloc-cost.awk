# SPDX-License-Identifier: GPL-3.0-or-later
# alloc-cost.awk - medians and intervals of alloc-cost.sh's samples.
#
# Input:  lines sorted by kind and size: KIND SIZE, then Go's nanoseconds of the
#         processor, elapsed nanoseconds and faults an allocation, then ours.
# Exit:   1 if an interval lies above 1.
function sorted(values, n,   i, j, v)
{
	for (i = 2; i <= n; i++) {
		v = values[i]
		for (j = i - 1; j && values[j] > v; j--)
			values[j + 1] = values[j]
		values[j + 1] = v
	}
}
function median(values, n)
{
	sorted(values, n)
	return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
}
# The median lies between the values of ranks k and n + 1 - k in 95 of 100 cases:
# the chance that fewer than k of n rounds fall on one side is at most 2.5%.
function rank(n,   k, p, sum)
{
	p = 0.5 ^ n
	for (k = 0; sum + p <= 0.025; k++) {
		sum += p
		p = p * (n - k) / (k + 1)
	}
	return k < 1 ? 1 : k
}
function judge(what, middle, low, high)
{
	if (middle > 1)
		medians = medians " " what
	if (low > 1)
		above = above " " what
	else if (high > 1)
		open = open " " what
	else
		below++
	all++
}
function row(   k, mj, mo, mc, mw)
{
	if (!n)
		return
	k = rank(n)
	mj = median(go_cpu, n)
	mo = median(our_cpu, n)
	mc = median(cpu, n)
	mw = median(wall, n)
	printf "%-6s %5d %9.2f %9.2f  %4.2f [%4.2f, %4.2f]  %4.2f [%4.2f, %4.2f] %8.1f %8.1f\n", \
		kind, size, mj, mo, mc, cpu[k], cpu[n + 1 - k], mw, wall[k], \
		wall[n + 1 - k], 1000 * go_faults / n, 1000 * our_faults / n
	judge(kind "/" size "/cpu", mc, cpu[k], cpu[n + 1 - k])
	judge(kind "/" size "/elapsed", mw, wall[k], wall[n + 1 - k])
	n = go_faults = our_faults = 0
}
BEGIN {
	printf "%-6s %5s %9s %9s  %-17s  %-17s %s\n", "kind", "bytes", \
		"Go ns", "ours ns", "cpu ratio", "elapsed ratio", \
		"faults of 1000, Go and ours"
}
$1 != kind || $2 != size { row(); kind = $1; size = $2 }
NF == 8 {
	n++
	go_cpu[n] = $3
	our_cpu[n] = $6
	cpu[n] = $6 / $3
	wall[n] = $7 / $4
	go_faults += $5
	our_faults += $8
}
END {
	row()
	print below + 0 " of " all + 0 " ratios are below 1 for certain"
	print "not certain:" (open ? open : " none")
	print "of these the median is above 1:" (medians ? medians : " none")
	print "above 1 for certain:" (above ? above : " none")
	exit above ? 1 : 0
}
