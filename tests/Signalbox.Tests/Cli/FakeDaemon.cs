using System.Diagnostics;
using Signalbox.Cli.Client;
using Signalbox.Model;

namespace Signalbox.Tests.Cli;

/// <summary>
/// A daemon of thirty lines, as a real process of its own: takes the home's lock (4 when it is held), answers every request on the socket with its
/// status, and writes each start to <c>starts</c>. Perl, because every Debian system has it and it starts in 10 ms.
/// </summary>
internal sealed class FakeDaemon(HomeLayout home) : IDisposable
{
    private const string Script = """
        use strict; use Fcntl qw(:flock); use IO::Socket::UNIX;
        my ($home, $delay) = @ARGV;
        open(my $lock, '>>', "$home/daemon.lock") or die "lock: $!";
        flock($lock, LOCK_EX | LOCK_NB) or exit 4;
        open(my $starts, '>>', "$home/starts") or die; print $starts "$$\n"; close $starts;
        print STDERR "the fake daemon says hello\n";
        select(undef, undef, undef, $delay);
        unlink "$home/admin.sock";
        my $listener = IO::Socket::UNIX->new(Local => "$home/admin.sock", Listen => 128) or die "listen: $!";
        my $body = qq({"version":"0.1.0","pid":$$,"home":"$home","revision":1,"started":"2026-01-01T00:00:00+00:00","listeners":[],"planes":[],)
          . qq("routes":{"live":0,"pending":0,"backendDown":0,"shadowed":0,"quarantined":0},"problems":[],"notices":[]});
        while (1) {
          my $peer = $listener->accept() or next;
          while (defined(my $line = <$peer>)) { last if $line =~ /^\r?\n$/; }
          print $peer "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " . length($body) . "\r\nConnection: close\r\n\r\n$body";
          close $peer;
        }
        """;

    public string[] Starts => File.Exists(StartsFile) ? File.ReadAllLines(StartsFile) : [];

    private string StartsFile => Path.Combine(home.Root, "starts");

    /// <param name="delay">Seconds between taking the lock and listening.</param>
    public DaemonCommand Command(double delay = 0.1) => new("/usr/bin/perl", ["-e", Script, home.Root, delay.ToString()]);

    /// <summary>Ends the daemons that were started, by their own ids.</summary>
    public void Dispose()
    {
        foreach (var line in Starts)
        {
            try
            {
                using var process = Process.GetProcessById(int.Parse(line));
                process.Kill();
                process.WaitForExit();
            }
            catch (ArgumentException)
            {
                // It has ended by itself.
            }
        }
    }
}
