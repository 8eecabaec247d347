/**
 * The node's end of {@link NodeSockets}: one Perl process (perl-base is essential in Debian) that carries any number of unix sockets over its
 * standard input and output. A path may also be `tcp:ADDRESS:PORT` with an address of the node's own (bound first, so that nothing leaves
 * the node, and a node that is cut says so at once) or `file:PATH`, which is read once; these two are tried once. One command per node instead of one per socket: starting a command is what costs an engine most (40 ms of
 * processor each through Docker 20.10).
 *
 * Frames both ways are a line `TYPE ID LENGTH`, then that many bytes. In: `O` open (a path), `D` data, `C` close, `H` hello. Out: `D` data, `A` nobody
 * listens (a reason; it goes on trying, every 50 ms for 3 s, then every second: no module of perl-base
 * tells finer time, so it counts), `E` ended (a reason). It ends with its input.
 *
 * It begins with `H 0 0` and ends by itself when that is not answered with the same within 15 s (or the seconds of its first argument):
 * of a client that dies while its command is being started Docker 20.10 forgets to close the input.
 */
export const relayProgram = String.raw`
use strict; use Socket; use Fcntl;
$0 = 'quorate-relay'; $SIG{PIPE} = 'IGNORE'; binmode STDIN; binmode STDOUT;
my (%open, %waiting, $in, $second, $known); $in = ''; $second = 0; my $until = time + (shift || 15);
sub all { my ($to, $bytes) = @_; my $at = 0;
  while ($at < length $bytes) { my $n = syswrite $to, $bytes, length($bytes) - $at, $at; return 0 unless defined $n; $at += $n } 1 }
sub out { my ($type, $id, $bytes) = @_; all(\*STDOUT, "$type $id " . length($bytes) . "\n$bytes") or exit 1 }
sub own { my ($address, $port) = @_; my $s; my $host = inet_aton $address or return;
  socket($s, PF_INET, SOCK_STREAM, 0) && bind($s, pack_sockaddr_in(0, $host)) or return;
  setsockopt $s, SOL_SOCKET, SO_SNDTIMEO, pack('l!l!', 0, 200000); connect($s, pack_sockaddr_in($port, $host)) ? $s : undef }
sub once { my ($id, $s) = @_; my $why = "$!"; my $w = delete $waiting{$id}; return out('E', $id, $why) unless $s; $open{$id} = $s; all($s, $w->{held}) }
sub try { my ($id) = @_; my $w = $waiting{$id}; my $s;
  if ($w->{path} =~ /^tcp:([0-9.]+):([0-9]+)$/) { return once($id, own($1, $2)) }
  if ($w->{path} =~ /^file:(.*)$/s) { return once($id, open($s, '<', $1) ? $s : undef) }
  socket $s, PF_UNIX, SOCK_STREAM, 0 or return; my $flags = fcntl $s, F_GETFL, 0; fcntl $s, F_SETFL, $flags | O_NONBLOCK;
  if (connect $s, pack_sockaddr_un $w->{path}) { fcntl $s, F_SETFL, $flags; delete $waiting{$id}; $open{$id} = $s; all($s, $w->{held}); return }
  out('A', $id, "$!") unless $w->{tries}++ }
sub done { my ($id, $why) = @_; close delete $open{$id}; out('E', $id, $why) }
out('H', 0, '');
while (1) {
  exit 1 if !$known && time > $until;
  my $bits = ''; vec($bits, 0, 1) = 1; vec($bits, fileno $_, 1) = 1 for values %open;
  my $wait; $wait = 1 unless $known; for (values %waiting) { if ($_->{tries} < 60) { $wait = 0.05 } else { $wait = 1 unless defined $wait } }
  my $ready = select $bits, undef, undef, $wait; $bits = '' if $ready < 0;
  if ($ready == 0 || time != $second) { $second = time; try($_) for keys %waiting }
  for my $id (keys %open) { next unless vec $bits, fileno $open{$id}, 1;
    my $n = sysread $open{$id}, my $bytes, 65536; if ($n) { out('D', $id, $bytes) } else { done($id, defined $n ? 'end of file' : "$!") } }
  if (vec $bits, 0, 1) { sysread STDIN, $in, 65536, length $in or exit 0 }
  while ($in =~ /\A([ODCH]) (\d+) (\d+)\n/ && length($in) >= $+[0] + $3) {
    my ($type, $id, $bytes, $end) = ($1, $2, substr($in, $+[0], $3), $+[0] + $3); substr($in, 0, $end) = '';
    if ($type eq 'O') { $waiting{$id} = { path => $bytes, held => '', tries => 0 }; try($id) }
    elsif ($type eq 'H') { $known = 1 }
    elsif ($type eq 'C') { close $open{$id} if $open{$id}; delete $open{$id}; delete $waiting{$id} }
    elsif ($waiting{$id}) { $waiting{$id}{held} .= $bytes }
    elsif ($open{$id}) { all($open{$id}, $bytes) or done($id, "$!") } }
}
`;
