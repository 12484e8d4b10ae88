import { admit, type Admission, type Caller } from '../../control/admission.ts';
import { runVerb } from '../../control/requests.ts';
import { nameKey } from '../../control/registry.ts';
import type { Store } from '../../control/store/store.ts';
import { CloudError } from '../../core/errors.ts';
import { isId } from '../../core/ids.ts';
import { refusal } from '../../core/kind.ts';
import type { Resource } from '../../core/resource.ts';
import type { ProjectRole } from '../../core/role.ts';
import type { Project } from '../../kinds/project/project.ts';
import type { User } from '../../kinds/user/user.ts';
import { isoTime } from '../../ports/clock.ts';
import { newUserCode, plainCode } from '../device-log-in.ts';
import { courseWelcomeMail } from '../mail/project-mails.ts';
import { all, newRecord, put, remove } from '../records.ts';
import { decidedCaller, deed, type Actor, type FlowDeps } from './flow.ts';
import { giveQuota, takeIn } from './new-account.ts';

export const courseKind = 'course';
const prefix = 'crs';

export interface CourseSpec {
  /** Who knows it takes a seat: eight letters. */
  readonly code: string;
  readonly seats: number;
  readonly endsAt: string;
  /** Of students in the project. */
  readonly role: ProjectRole;
  /** Id. */
  readonly project: string;
  /** Ids of the users who have a seat. */
  readonly students: readonly string[];
  /** It has ended, and what follows from that is done. */
  readonly isOver: boolean;
}
export type Course = Resource<CourseSpec>;

export interface NewCourse {
  readonly name: string;
  readonly seats: number;
  readonly endsAt: string;
  readonly role: ProjectRole;
  readonly description: string;
  /** Log-in name or id of who gives it; null: who makes it. */
  readonly owner: string | null;
  readonly quota: object | null;
}

const indexed = ({ name, spec }: Course) => ({
  keys: [nameKey(null, name), `code/${plainCode(spec.code)}`],
  indexes: { project: spec.project },
});

/** One code, so many seats, a project with an end. */
export class Courses {
  readonly #deps: FlowDeps;

  constructor(deps: FlowDeps) {
    this.#deps = deps;
  }

  get #store(): Store {
    return this.#deps.cloud.store;
  }

  async list(): Promise<Course[]> {
    const courses: Course[] = [];
    for await (const course of all(this.#store, courseKind)) courses.push(course as Course);
    return courses;
  }

  /** By id or name. Throws NOT_FOUND. */
  async find(ref: string): Promise<Course> {
    const found = isId(prefix, ref) ? await this.#store.get(courseKind, ref) : await this.#store.getByKey(courseKind, nameKey(null, ref));
    if (found === null) throw notFound(ref);
    return found as Course;
  }

  /** One that still takes people. Throws NOT_FOUND, COURSE_OVER, COURSE_FULL. */
  async byCode(code: string): Promise<Course> {
    const found = (await this.#store.getByKey(courseKind, `code/${plainCode(code)}`)) as Course | null;
    if (found === null) throw notFound(code);
    this.#checkOpen(found);
    return found;
  }

  /** With its project. Throws NAME_TAKEN, NOT_FOUND. */
  async create(caller: Caller, { name, seats, endsAt, role, description, owner, quota }: NewCourse): Promise<Course> {
    const { cloud } = this.#deps;
    const { result, revision } = await admit(cloud, caller, async (admission) => {
      if ((await admission.getByKey(courseKind, nameKey(null, name))) !== null) throw new CloudError('NAME_TAKEN', { kind: courseKind, name });
      const body = { description, ...(owner === null ? {} : { owner }) };
      const project = (await cloud.slice('project').create?.(admission, { name, project: null, labels: {}, body })) as Project;
      admission.event(project, { type: 'request', message: `project ${name} was asked for`, to: 'active' });
      if (quota !== null) await giveQuota(cloud, admission, project, quota);
      const spec: CourseSpec = { code: newUserCode(), seats, endsAt, role, project: project.id, students: [], isOver: false };
      const course: Course = newRecord(cloud.clock, courseKind, prefix, name, caller.userId, spec);
      admission.also([put(course, indexed(course)), deed(cloud.clock, actorOfCaller(caller), 'course.create', course, { seats, endsAt })]);
      return course;
    });
    return { ...result, revision };
  }

  /** A course that goes on after its end gives its students back what they could. Throws NOT_FOUND, INPUT_INVALID. */
  async change(caller: Caller, id: string, to: { seats?: number | undefined; endsAt?: string | undefined }): Promise<Course> {
    const { cloud } = this.#deps;
    const { result } = await admit(cloud, caller, async (admission) => {
      const course = await this.#in(admission, id);
      const { spec } = course;
      const changed: CourseSpec = { ...spec, seats: to.seats ?? spec.seats, endsAt: to.endsAt ?? spec.endsAt };
      if (changed.seats < spec.students.length)
        throw new CloudError('INPUT_INVALID', { where: 'seats', problem: `must be at least ${spec.students.length}` });
      const goesOn = spec.isOver && Date.parse(changed.endsAt) > cloud.clock.now();
      if (goesOn) await this.#giveStudents(admission, course, 'viewer', spec.role);
      const after = this.#put(admission, course, { ...changed, isOver: spec.isOver && !goesOn });
      admission.also([deed(cloud.clock, actorOfCaller(caller), 'course.update', course, { seats: changed.seats, endsAt: changed.endsAt })]);
      return after;
    });
    return result;
  }

  /** The code is worthless; the project stays, with everybody in it, and is deleted as any other. */
  async delete(caller: Caller, id: string): Promise<void> {
    const { cloud } = this.#deps;
    await admit(cloud, caller, async (admission) => {
      const course = await this.#in(admission, id);
      admission.also([remove(course), deed(cloud.clock, actorOfCaller(caller), 'course.delete', course)]);
    });
  }

  /** Somebody with an account takes a seat; who has one keeps it. Throws NOT_FOUND, COURSE_OVER, COURSE_FULL. */
  async join(actor: Actor, userId: string, code: string): Promise<Course> {
    const { cloud } = this.#deps;
    const { result } = await admit(cloud, decidedCaller(actor), async (admission) => {
      const found = (await admission.getByKey(courseKind, `code/${plainCode(code)}`)) as Course | null;
      const user = (await admission.get('user', userId)) as User | null;
      if (found === null || user === null) throw notFound(code);
      return this.seat(admission, found.id, user);
    });
    return result;
  }

  /** Within the transaction that decides who it is: seats are counted at its commit, however many come at once. */
  async seat(admission: Admission, id: string, user: User): Promise<Course> {
    const { post } = this.#deps.identity;
    const course = await this.#in(admission, id);
    const { spec } = course;
    if (spec.students.includes(user.id)) return course;
    this.#checkOpen(course);
    const project = (await admission.get('project', spec.project)) as Project | null;
    if (project === null) throw new CloudError('COURSE_OVER', { name: course.name });
    // Who gives it, and takes a seat to try, stays what they are.
    if (!project.spec.members.some((member) => member.id === user.id)) await takeIn(this.#deps, admission, project, user, spec.role);
    const mails = post.notice(user, 'course-welcome', (to, language) =>
      courseWelcomeMail({ ...to, link: post.page(`/projects/${project.name}`), project: project.name, endsAt: spec.endsAt }, language),
    );
    admission.also(mails);
    return this.#put(admission, course, { ...spec, students: [...spec.students, user.id] });
  }

  /** Those whose time has come: students only see from then on, and what runs is stopped. Returns how many ended. */
  async endDue(onError: (error: unknown) => void): Promise<number> {
    const { cloud } = this.#deps;
    let ended = 0;
    for (const { id, spec } of await this.list()) {
      if (spec.isOver || Date.parse(spec.endsAt) > cloud.clock.now()) continue;
      try {
        // Nobody starts anything again, then all is stopped, then it is over: whoever is cut off here begins again.
        await this.#end(id, false);
        await this.#stopAll(spec.project);
        await this.#end(id, true);
        ended++;
      } catch (error) {
        onError(error);
      }
    }
    return ended;
  }

  async #end(id: string, isDone: boolean): Promise<void> {
    const { cloud } = this.#deps;
    const actor: Actor = { userId: 'system', requestId: null, origin: { name: 'system', method: 'system', credentialId: null, address: null } };
    await admit(cloud, decidedCaller(actor), async (admission) => {
      const course = await this.#in(admission, id);
      if (course.spec.isOver || Date.parse(course.spec.endsAt) > cloud.clock.now()) return;
      await this.#giveStudents(admission, course, course.spec.role, 'viewer');
      if (!isDone) return;
      this.#put(admission, course, { ...course.spec, isOver: true });
      admission.also([deed(cloud.clock, actor, 'course.update', course, { step: 'ended' })]);
    });
  }

  async #stopAll(project: string): Promise<void> {
    const { cloud } = this.#deps;
    const slice = cloud.slice('instance');
    const caller: Caller = { userId: 'system', requestId: null, authorize: () => undefined };
    for await (const instance of all(cloud.store, 'instance', { name: 'project', value: project })) {
      if (instance.deletedAt !== null || refusal(slice.kind, 'stop', slice.kind.state(instance)) !== null) continue;
      await runVerb(cloud, slice, caller, instance.id, 'stop', {}, null);
    }
  }

  /** Only those who still have what the course gave them: who was given another role keeps that. */
  async #giveStudents(admission: Admission, { spec }: Course, from: ProjectRole, to: ProjectRole): Promise<void> {
    const project = (await admission.get('project', spec.project)) as Project | null;
    const isMeant = (member: Project['spec']['members'][number]) => spec.students.includes(member.id) && member.role === from;
    if (project === null || from === to || !project.spec.members.some(isMeant)) return;
    const members = project.spec.members.map((member) => (isMeant(member) ? { ...member, role: to } : member));
    admission.change(project, 'set-member', { spec: { ...project.spec, members } });
  }

  async #in(admission: Admission, id: string): Promise<Course> {
    const course = (await admission.get(courseKind, id)) as Course | null;
    if (course === null) throw notFound(id);
    return course;
  }

  #put(admission: Admission, course: Course, spec: CourseSpec): Course {
    const changed: Course = { ...course, generation: course.generation + 1, updatedAt: isoTime(this.#deps.cloud.clock.now()), spec };
    admission.also([put(changed, indexed(changed))]);
    return changed;
  }

  #checkOpen({ name, spec }: Course): void {
    if (spec.isOver || Date.parse(spec.endsAt) <= this.#deps.cloud.clock.now()) throw new CloudError('COURSE_OVER', { name });
    if (spec.students.length >= spec.seats) throw new CloudError('COURSE_FULL', { name, seats: spec.seats });
  }
}

function actorOfCaller({ userId, requestId, origin }: Caller): Actor {
  return { userId, requestId, origin: origin ?? { name: '', method: 'system', credentialId: null, address: null } };
}

function notFound(ref: string): CloudError {
  return new CloudError('NOT_FOUND', { kind: courseKind, ref, place: '' });
}
