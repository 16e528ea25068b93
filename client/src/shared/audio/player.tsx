import { Pause, Play, VolumeX } from 'lucide-react';
import { useEffect, useEffectEvent, useImperativeHandle, useRef, useState, type Ref } from 'react';
import { clock } from '../format/duration';
import { useLocale } from '../i18n/use-locale';
import { cx } from '../ui/cx';
import { Ltr } from '../ui/text';
import styles from './player.module.css';
import { began, SPEEDS, storedSpeed, storeSpeed } from './playing';
import { useSound } from './use-sound';

/** What others may ask of a player. */
export interface PlayerHandle {
  /** Plays from here, in seconds; as soon as the sound is there. */
  playFrom: (seconds: number) => void;
}

interface Props {
  ref?: Ref<PlayerHandle>;
  address: string;
  label: string;
  /** Known before the sound is: keeps the place. */
  durationMs?: number | null | undefined;
  compact?: boolean;
}

/** Plays a sound with its waveform. Time runs left to right in every language, as on every player, and icons are not mirrored. */
export function Player({ ref, address, label, durationMs, compact }: Props) {
  const { t } = useLocale();
  const box = useRef<HTMLDivElement>(null);
  const audio = useRef<HTMLAudioElement>(null);
  const seen = useInSight(box);
  const sound = useSound(address, seen);
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [speed, setSpeed] = useState(storedSpeed);
  const duration = sound.data?.duration ?? (durationMs ?? 0) / 1000;

  // The element tells the time four times a second; a frame's clock makes the line move evenly.
  useEffect(() => {
    if (!playing) return;
    let frame = 0;
    const tick = () => {
      setAt(audio.current?.currentTime ?? 0);
      frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [playing]);

  const toggle = () => {
    const element = audio.current;
    if (!element) return;
    if (element.paused) {
      element.playbackRate = speed;
      void element.play().catch(() => undefined);
    } else element.pause();
  };
  const wanted = useRef<number | null>(null);
  const playFrom = (seconds: number) => {
    const element = audio.current;
    if (!element || !sound.data) {
      wanted.current = seconds;
      return;
    }
    wanted.current = null;
    element.currentTime = Math.min(seconds, sound.data.duration);
    element.playbackRate = speed;
    setAt(element.currentTime);
    void element.play().catch(() => undefined);
  };
  useImperativeHandle(ref, () => ({ playFrom }));
  const loaded = sound.data !== undefined;
  const begin = useEffectEvent(() => wanted.current !== null && playFrom(wanted.current));
  useEffect(() => {
    if (loaded) begin();
  }, [loaded]);
  const faster = () => {
    const next = SPEEDS[(SPEEDS.indexOf(speed as (typeof SPEEDS)[number]) + 1) % SPEEDS.length] ?? 1;
    setSpeed(next);
    storeSpeed(next);
    if (audio.current) audio.current.playbackRate = next;
  };

  if (sound.isError)
    return (
      <div className={styles.failed}>
        <VolumeX size={16} aria-hidden /> {t('player.failed')}
        <button type="button" onClick={() => void sound.refetch()}>
          {t('action.retry')}
        </button>
      </div>
    );

  return (
    <div
      ref={box}
      className={cx(styles.player, compact && styles.compact)}
      role="group"
      aria-label={label}
      dir="ltr"
    >
      {/* eslint-disable-next-line jsx-a11y/media-has-caption -- what is said is written beside every player: the turn's own words */}
      <audio
        ref={audio}
        src={sound.data?.url}
        preload="metadata"
        onPlay={(event) => {
          began(event.currentTarget);
          setPlaying(true);
        }}
        onPause={() => setPlaying(false)}
        onEnded={() => setAt(0)}
      />
      <button
        type="button"
        className={styles.play}
        aria-label={t(playing ? 'player.pause' : 'player.play')}
        disabled={!sound.data}
        onClick={toggle}
      >
        {playing ? <Pause size={16} aria-hidden /> : <Play size={16} aria-hidden />}
      </button>
      <div className={styles.track}>
        <Wave peaks={sound.data?.peaks} played={duration > 0 ? at / duration : 0} />
        <input
          type="range"
          dir="ltr"
          aria-label={t('player.position')}
          aria-valuetext={`${clock(at)} / ${clock(duration)}`}
          min={0}
          max={Math.max(duration, 0.01)}
          step={0.05}
          value={Math.min(at, duration)}
          disabled={!sound.data}
          onChange={(event) => {
            const to = Number(event.target.value);
            setAt(to);
            if (audio.current) audio.current.currentTime = to;
          }}
        />
      </div>
      <Ltr className={styles.time}>{clock(at > 0 ? at : duration)}</Ltr>
      <button
        type="button"
        className={styles.speed}
        aria-label={`${t('player.speed')}: ${speed}×`}
        onClick={faster}
      >
        {speed}×
      </button>
    </div>
  );
}

function Wave({ peaks, played }: { peaks: number[] | undefined; played: number }) {
  const bars = peaks ?? [];
  return (
    <svg className={styles.wave} viewBox="0 0 384 40" preserveAspectRatio="none" aria-hidden>
      {bars.map((peak, index) => {
        const height = Math.max(2, peak * 36);
        return (
          <rect
            key={index}
            x={index * 4 + 1}
            y={20 - height / 2}
            width={2.2}
            height={height}
            rx={1}
            className={(index + 0.5) / bars.length <= played ? styles.played : undefined}
          />
        );
      })}
    </svg>
  );
}

/** A long call has many sounds: each is fetched when it comes into sight. */
function useInSight(box: React.RefObject<HTMLDivElement | null>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element || seen) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) setSeen(true);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [box, seen]);
  return seen;
}
