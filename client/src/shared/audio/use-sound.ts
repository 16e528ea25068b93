import { useQuery } from '@tanstack/react-query';
import { request } from '../api/request';
import { peaks } from './peaks';

export interface Sound {
  url: string;
  duration: number;
  peaks: number[];
}

const BARS = 96;

/**
 * A sound, fetched once and decoded for its picture; it is played from memory, so that a signed link that expires
 * meanwhile takes nothing away. The key is the sound, not its link: the engine signs a new one in each answer.
 */
export function useSound(address: string | null, wanted: boolean) {
  const key = address?.split('?')[0];
  return useQuery({
    queryKey: ['sound', key, address?.startsWith('/files/') ? '' : address],
    enabled: wanted && address !== null,
    staleTime: Infinity,
    gcTime: 5 * 60_000,
    retry: 1,
    queryFn: async ({ signal }): Promise<Sound> => {
      const blob = await request<Blob>('GET', address ?? '', { signal });
      const decoded = await decode(await blob.arrayBuffer());
      return {
        url: URL.createObjectURL(blob),
        duration: decoded.duration,
        peaks: peaks(decoded.getChannelData(0), BARS),
      };
    },
  });
}

/** An offline context decodes without asking for the loudspeaker, which a page may not before a gesture. */
function decode(bytes: ArrayBuffer): Promise<AudioBuffer> {
  return new OfflineAudioContext(1, 1, 8000).decodeAudioData(bytes);
}
