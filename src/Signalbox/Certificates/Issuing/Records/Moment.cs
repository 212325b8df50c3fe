namespace Signalbox.Certificates.Issuing.Records;

/// <summary>A point in time, or none, as it is held of each of thousands of names: 8 bytes, where <see cref="DateTimeOffset"/> takes 16, and 24 when there may be none. In UTC.</summary>
internal readonly record struct Moment
{
    private readonly long _ticks;

    private Moment(long ticks) => _ticks = ticks;

    /// <summary>Null when there is none.</summary>
    public DateTimeOffset? OrNone => _ticks == 0 ? null : Value;

    /// <summary>Where there is one.</summary>
    public DateTimeOffset Value => new(_ticks, TimeSpan.Zero);

    /// <summary>The first tick of the first year stands for none: no certificate knows it.</summary>
    public static implicit operator Moment(DateTimeOffset? time) => new(time?.UtcTicks ?? 0);
}
