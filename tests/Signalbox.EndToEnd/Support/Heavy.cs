namespace Signalbox.EndToEnd.Support;

/// <summary>Tests that fill the machine by themselves: they run one after the other, beside nothing else.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Heavy
{
    public const string Name = "heavy";
}
