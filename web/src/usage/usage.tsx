import { useSearchParams } from 'wouter';
import { useUsageQuery } from '../../../client/generated/hooks.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { Column, Page } from '../shell/page.tsx';
import { LimitsLeft } from './limits-left.tsx';
import { PERIODS, type Period, sinceOf } from './period.ts';
import { PeriodChoice } from './period-choice.tsx';
import styles from './usage.module.css';
import { UsageFigures } from './usage-figures.tsx';

// biome-ignore lint/style/noDefaultExport: React's `lazy` takes the default of a module
export default function Usage() {
  const [search, setSearch] = useSearchParams();
  const period = PERIODS.find(({ name }) => name === search.get('period'))?.name ?? '30';
  const { data, previousData, loading, error, refetch } = useUsageQuery({
    variables: { since: sinceOf(period)?.toISOString() },
    fetchPolicy: 'cache-and-network',
  });
  // While another period is fetched, the last one stays where it is.
  const usage = (data ?? previousData)?.viewer.usage;
  return (
    <Page title="Usage">
      <Column label="Usage">
        <PeriodChoice period={period} onChoose={(name: Period) => setSearch({ period: name }, { replace: true })} />
        {error && !usage && (
          <div className={styles.problem}>
            <Notice
              kind="warn"
              title="Your usage could not be loaded."
              actions={<Button onClick={() => void refetch()}>Try again</Button>}
            />
          </div>
        )}
        {usage ? (
          <div className={styles.figures} aria-busy={loading && !data}>
            <UsageFigures usage={usage} period={period} />
          </div>
        ) : (
          loading && <Skeleton lines={4} />
        )}
        <LimitsLeft />
      </Column>
    </Page>
  );
}
