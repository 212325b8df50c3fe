using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Tests.Model;

public sealed class ClaimRequestTests
{
    [Fact]
    public void Validate_EverythingWrong_ListsEveryProblem()
    {
        var request = new ClaimRequest
        {
            Hosts = ["a_b.localhost", "fine.localhost", "http://x"],
            Backends = ["ftp://x:1", "http://x:99999", "http://fine:1"],
            Path = "no-slash",
            Kind = "udp",
            Tls = "maybe",
            HostHeader = "a b",
            Label = new string('l', 1025),
        };
        var problems = request.Validate(ClaimLife.Lease).Problems;
        problems.Select(problem => problem.Subject).ShouldBe(
            ["a_b.localhost", "http://x", "ftp://x:1", "http://x:99999", "no-slash", "kind", "tls", "hostHeader", "holder", "project"], ignoreOrder: true);
    }

    [Fact]
    public void Validate_NullsInTheLists_AreProblemsAndNoFault()
    {
        new ClaimRequest { Hosts = [null!], Backends = [null!] }.Validate(ClaimLife.Lasting).Problems.Count.ShouldBe(2);
    }

    [Fact]
    public void Validate_LastingWithoutATarget_IsRefusedWhileALeaseMayStartWithNone()
    {
        new ClaimRequest { Hosts = ["a.localhost"] }.Validate(ClaimLife.Lasting).Problem.Type.ShouldBe(ProblemType.InvalidTarget);
        new ClaimRequest { Hosts = ["a.localhost"], Holder = "1" }.Validate(ClaimLife.Lease).Value!.Backends.ShouldBeEmpty();
    }

    [Fact]
    public void Validate_HostsInAnyOrderAndTwice_GiveTheSameClaim()
    {
        var one = new ClaimRequest { Hosts = ["b.localhost", "A.localhost", "a.localhost."], Backends = ["1", "1"] }.Validate(ClaimLife.Lasting).Value!;
        var other = new ClaimRequest { Hosts = ["a.localhost", "b.localhost"], Backends = ["1"] }.Validate(ClaimLife.Lasting).Value!;
        one.ShouldBe(other);
        one.Owner.ShouldBe(Naming.RouteOwner("a.localhost", "/"));
    }

    [Fact]
    public void Validate_MoreHostsOrTargetsThanAnyServiceHas_IsRefused()
    {
        var many = Enumerable.Range(1, 101).ToArray();
        new ClaimRequest { Hosts = [.. many.Select(number => $"h{number}.localhost")], Backends = ["1"] }.Validate(ClaimLife.Lasting).Problem.Subject.ShouldBe("hosts");
        new ClaimRequest { Hosts = ["a.localhost"], Backends = [.. many.Select(number => $"{number}")] }.Validate(ClaimLife.Lasting).Problem.Subject.ShouldBe("backends");
    }

    [Fact]
    public void Validate_LeaseOfAProject_IsTheHoldersOwnAndTheProjects()
    {
        var claim = new ClaimRequest { Hosts = ["a.localhost"], Path = "/v1/", Project = "/home/ann/shop", Holder = "h" }.Validate(ClaimLife.Lease).Value!;
        claim.Owner.ShouldBe(Naming.DevOwner("/home/ann/shop", "a.localhost/v1", "h"));
        (claim.Path, claim.ProjectKey, claim.Life).ShouldBe(("/v1", "dev//home/ann/shop", ClaimLife.Lease));
    }
}
