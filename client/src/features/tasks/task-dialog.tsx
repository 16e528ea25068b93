import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Controller } from 'react-hook-form';
import * as v from 'valibot';
import { isApiError } from '@/shared/api/error';
import type { Assignee, Task } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { CustomerPicker, type PickedCustomer } from '@/shared/customers/customer-picker';
import { problemText, rules, takeFieldProblems, useSchemaForm } from '@/shared/forms';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { SelectField, TextArea, TextField } from '@/shared/ui/field';
import { MomentField } from '@/shared/ui/moment-field';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { useToast } from '@/shared/ui/use-toast';
import { useChangeTask } from './api/change-task';
import { useCreateTask } from './api/create-task';
import { assigneesQuery } from '@/shared/people/list-assignees';
import forms from '@/shared/ui/form.module.css';
import { RemindField } from './remind-field';
import { channels, priorities, repeats } from './words';

const schema = v.object({
  title: rules.required,
  notes: v.pipe(v.string(), v.maxLength(10_000, 'form.long')),
  due_at: v.string(),
  channel: v.picklist(channels),
  priority: v.picklist(priorities),
  repeats: v.picklist(repeats),
  assignee: v.string(),
  remind_before: v.array(v.number()),
  customer: v.nullable(
    v.object({ id: v.number(), name: v.string(), phone: v.optional(v.nullable(v.string())) }),
  ),
});
type Values = v.InferOutput<typeof schema>;

interface Props {
  /** The task to change, or what a new one begins with. */
  task: Task | null;
  begin?: Partial<Values> | undefined;
  onClose: () => void;
}

/** One form for a new task and for one that is there; a change is made from the version that was read. */
export function TaskDialog(props: Props) {
  const { t } = useLocale();
  const { task, onClose } = props;
  const { data: assignees, isPending } = useQuery(assigneesQuery);
  return (
    <Dialog open onClose={onClose} title={t(task ? 'tasks.edit' : 'tasks.new')} wide>
      {isPending ? <SkeletonLines lines={6} /> : <TaskForm {...props} assignees={assignees ?? []} />}
    </Dialog>
  );
}

/** Its assignee is chosen from a list that must be there before it. */
function TaskForm({ task, begin, onClose, assignees }: Props & { assignees: readonly Assignee[] }) {
  const { t } = useLocale();
  const me = useMe();
  const toast = useToast();
  const errorText = useErrorText();
  const create = useCreateTask();
  const change = useChangeTask();
  const [version, setVersion] = useState(task?.version);
  const [fresh] = useState(() => ({ ...empty(me.user.id), ...begin }));
  const form = useSchemaForm(schema, task ? values(task) : fresh);
  const { errors } = form.formState;
  const error = create.error ?? change.error;

  const submit = form.handleSubmit(async ({ assignee, customer, ...rest }) => {
    // 0 is nobody's, of a task that is there.
    const customer_id = customer?.id ?? (task ? 0 : null);
    const body = { ...rest, assignee_user_id: Number(assignee), customer_id };
    try {
      if (task) await change.mutateAsync({ id: task.id, ...(version !== undefined && { version }), ...body });
      else await create.mutateAsync(body);
      toast.show({ text: t(task ? 'action.saved' : 'tasks.created') });
      onClose();
    } catch (problem) {
      if (isApiError(problem, 'conflict')) {
        const current = problem.body.current as Task;
        setVersion(current.version);
        form.reset(values(current));
      } else takeFieldProblems(problem, form.setError, ['title', 'notes']);
    }
  });

  return (
    <form className={forms.form} noValidate onSubmit={(event) => void submit(event)}>
      <TextField
        label={t('tasks.title')}
        autoFocus
        problem={problemText(t, errors.title)}
        {...form.register('title')}
      />
      <Controller
        control={form.control}
        name="customer"
        render={({ field }) => (
          <CustomerPicker
            label={t('tasks.customer')}
            value={field.value as PickedCustomer | null}
            onChange={field.onChange}
          />
        )}
      />
      <div className={forms.two}>
        <Controller
          control={form.control}
          name="due_at"
          render={({ field }) => (
            <MomentField label={t('tasks.due')} value={field.value} onChange={field.onChange} />
          )}
        />
        <SelectField label={t('tasks.assignee')} {...form.register('assignee')}>
          <option value="0">{t('tasks.everybody')}</option>
          {assignees.map((one) => (
            <option key={one.id} value={String(one.id)}>
              {one.name}
            </option>
          ))}
        </SelectField>
        <SelectField label={t('tasks.channel')} {...form.register('channel')}>
          {channels.map((one) => (
            <option key={one} value={one}>
              {t(`call.channel.${one}`)}
            </option>
          ))}
        </SelectField>
        <SelectField label={t('tasks.priority')} {...form.register('priority')}>
          {priorities.map((one) => (
            <option key={one} value={one}>
              {t(`tasks.priority.${one}`)}
            </option>
          ))}
        </SelectField>
        <SelectField label={t('tasks.repeats')} {...form.register('repeats')}>
          {repeats.map((one) => (
            <option key={one} value={one}>
              {t(`tasks.repeats.${one}`)}
            </option>
          ))}
        </SelectField>
      </div>
      <Controller
        control={form.control}
        name="remind_before"
        render={({ field }) => <RemindField value={field.value} onChange={field.onChange} />}
      />
      <TextArea
        label={t('tasks.notes')}
        optional
        problem={problemText(t, errors.notes)}
        {...form.register('notes')}
      />
      {error && (
        <Banner tone={isApiError(error, 'conflict') ? 'warn' : 'bad'} alert>
          {errorText(error)}
        </Banner>
      )}
      <div className={forms.buttons}>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="submit" look="primary" busy={create.isPending || change.isPending}>
          {t('action.save')}
        </Button>
      </div>
    </form>
  );
}

const HOUR_MS = 3_600_000;

function empty(user: number): Values {
  return {
    title: '',
    notes: '',
    due_at: new Date(Math.ceil((Date.now() + HOUR_MS) / HOUR_MS) * HOUR_MS).toISOString(),
    channel: 'call',
    priority: 'normal',
    repeats: 'none',
    assignee: String(user),
    remind_before: [0],
    customer: null,
  };
}

function values(task: Task): Values {
  const { title, notes, due_at, channel, priority, remind_before } = task;
  const assignee = String(task.assignee?.id ?? 0);
  const customer = task.customer
    ? { id: task.customer.id, name: task.customer.name, phone: task.customer.phone ?? null }
    : null;
  const { repeats: every } = task;
  return { title, notes, due_at, channel, priority, remind_before, assignee, customer, repeats: every };
}
